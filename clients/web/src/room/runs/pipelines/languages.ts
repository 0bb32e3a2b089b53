/** What others call the languages that a file may be in, by what its name ends in: so that nobody has to be asked before somebody chose them. */
interface NamedLanguage {
  readonly name: string;
  readonly endings: string;
  /** Its name in a Wandbox's list of compilers, where that is another. */
  readonly wandbox?: string;
  /** Its own page at OnlineGDB, where there is one. */
  readonly onlineGdb?: string;
}

const languages: readonly NamedLanguage[] = [
  { name: "Bash", endings: "sh bash", wandbox: "Bash script", onlineGdb: "online_bash_shell" },
  { name: "C", endings: "c", onlineGdb: "online_c_compiler" },
  { name: "C#", endings: "cs", onlineGdb: "online_csharp_compiler" },
  { name: "C++", endings: "cpp cc cxx", onlineGdb: "online_c++_compiler" },
  { name: "Common Lisp", endings: "lisp cl", wandbox: "Lisp" },
  { name: "Crystal", endings: "cr" },
  { name: "D", endings: "d" },
  { name: "Elixir", endings: "ex exs" },
  { name: "Erlang", endings: "erl" },
  { name: "Go", endings: "go", onlineGdb: "online_go_compiler" },
  { name: "Groovy", endings: "groovy" },
  { name: "Haskell", endings: "hs" },
  { name: "Java", endings: "java", onlineGdb: "online_java_compiler" },
  { name: "JavaScript", endings: "js mjs cjs" },
  { name: "Lua", endings: "lua" },
  { name: "Nim", endings: "nim" },
  { name: "OCaml", endings: "ml" },
  { name: "Pascal", endings: "pas pp", onlineGdb: "online_pascal_compiler" },
  { name: "Perl", endings: "pl pm", onlineGdb: "online_perl_compiler" },
  { name: "PHP", endings: "php", onlineGdb: "online_php_interpreter" },
  { name: "Python", endings: "py", onlineGdb: "online_python_compiler" },
  { name: "R", endings: "r", onlineGdb: "online_r_interpreter" },
  { name: "Ruby", endings: "rb", onlineGdb: "online_ruby_compiler" },
  { name: "Rust", endings: "rs", onlineGdb: "online_rust_compiler" },
  { name: "Scala", endings: "scala" },
  { name: "SQL", endings: "sql" },
  { name: "TypeScript", endings: "ts mts cts" },
];

const byEnding = new Map(languages.flatMap((each) => each.endings.split(" ").map((ending) => [ending, each])));

/** Undefined where nobody but this server may know it. */
export function namedLanguage(file: string): NamedLanguage | undefined {
  return byEnding.get(file.slice(file.lastIndexOf(".") + 1).toLowerCase());
}
