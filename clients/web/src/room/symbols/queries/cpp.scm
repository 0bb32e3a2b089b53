; C++, and C as a part of it
(namespace_definition name: (_) @name) @definition.module
(class_specifier name: (_) @name body: (_)) @definition.class
(struct_specifier name: (_) @name body: (_)) @definition.struct
(union_specifier name: (_) @name body: (_)) @definition.struct
(enum_specifier name: (_) @name body: (_)) @definition.enum
(enumerator name: (identifier) @name) @definition.member
(type_definition declarator: (type_identifier) @name) @definition.type
(type_definition declarator: (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name)))) @definition.type
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.type
(preproc_def name: (identifier) @name value: (_)) @definition.macro
(preproc_function_def name: (identifier) @name) @definition.macro

; what a class has by its own name, wherever that is written out
(function_definition declarator: (_
  declarator: (qualified_identifier
    scope: [(namespace_identifier) @container (template_type name: (_) @container)]
    name: [(identifier) (destructor_name) (operator_name)] @name))) @definition.function
(function_definition declarator: (_
  declarator: (qualified_identifier
    name: (qualified_identifier
      scope: [(namespace_identifier) @container (template_type name: (_) @container)]
      name: [(identifier) (destructor_name) (operator_name)] @name)))) @definition.function
(function_definition declarator: (_
  (function_declarator declarator: (qualified_identifier
    scope: [(namespace_identifier) @container (template_type name: (_) @container)]
    name: [(identifier) (destructor_name) (operator_name)] @name)))) @definition.function

; functions, of which some give pointers and references
(function_definition
  declarator: (function_declarator
    declarator: [(identifier) (field_identifier) (destructor_name) (operator_name)] @name)) @definition.function
(function_definition
  declarator: (_ (function_declarator
    declarator: [(identifier) (field_identifier) (destructor_name) (operator_name)] @name))) @definition.function
(function_definition
  declarator: (_ (_ (function_declarator
    declarator: [(identifier) (field_identifier) (destructor_name) (operator_name)] @name)))) @definition.function
(declaration
  declarator: (function_declarator
    declarator: [(identifier) (destructor_name) (operator_name)] @name)) @definition.function
(declaration
  declarator: (_ (function_declarator
    declarator: [(identifier) (operator_name)] @name))) @definition.function
(field_declaration
  declarator: (function_declarator
    declarator: [(field_identifier) (operator_name)] @name)) @definition.function
(field_declaration
  declarator: (_ (function_declarator
    declarator: [(field_identifier) (operator_name)] @name))) @definition.function

(field_declaration declarator: (field_identifier) @name) @definition.property
(field_declaration declarator: (_ declarator: (field_identifier) @name)) @definition.property
(field_declaration declarator: (_ (field_identifier) @name)) @definition.property

; variables that are no function's
(translation_unit (declaration declarator: (identifier) @name) @definition.variable)
(translation_unit (declaration declarator: (_ declarator: (identifier) @name)) @definition.variable)
(translation_unit (declaration declarator: (init_declarator declarator: (_ declarator: (identifier) @name))) @definition.variable)
(declaration_list (declaration declarator: (identifier) @name) @definition.variable)
(declaration_list (declaration declarator: (_ declarator: (identifier) @name)) @definition.variable)
(declaration_list (declaration declarator: (init_declarator declarator: (_ declarator: (identifier) @name))) @definition.variable)
(preproc_ifdef (declaration declarator: (identifier) @name) @definition.variable)
(preproc_ifdef (declaration declarator: (_ declarator: (identifier) @name)) @definition.variable)
(preproc_ifdef (declaration declarator: (init_declarator declarator: (_ declarator: (identifier) @name))) @definition.variable)
(preproc_if (declaration declarator: (identifier) @name) @definition.variable)
(preproc_if (declaration declarator: (_ declarator: (identifier) @name)) @definition.variable)
(preproc_if (declaration declarator: (init_declarator declarator: (_ declarator: (identifier) @name))) @definition.variable)
(init_declarator declarator: (_ declarator: (_ declarator: (identifier) @name))) @definition.variable
