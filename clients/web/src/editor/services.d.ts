/** Of Monaco's parts that have no types of their own: what is taken of them. */
declare module "monaco-editor/languages/features/json/tokenization" {
  import type { languages } from "monaco-editor/editor";
  export function createTokenizationSupport(comments: boolean): languages.TokensProvider;
}
declare module "monaco-editor/languages/features/json/jsonWorker" {
  export class JSONWorker {
    constructor(context: object, data: object);
    format(uri: string, range: object | null, options: object): Promise<never[]>;
  }
}
declare module "monaco-editor/languages/features/css/cssWorker" {
  export class CSSWorker {
    constructor(context: object, data: object);
    format(uri: string, range: object | null, options: object): Promise<never[]>;
  }
}
declare module "monaco-editor/languages/features/html/htmlWorker" {
  export class HTMLWorker {
    constructor(context: object, data: object);
    format(uri: string, range: object | null, options: object): Promise<never[]>;
  }
}
declare module "monaco-editor/languages/features/typescript/lib/typescriptServices" {
  interface Change {
    readonly span: { readonly start: number; readonly length: number };
    readonly newText: string;
  }
  export const ScriptKind: { readonly TS: number; readonly TSX: number; readonly JSX: number };
  export const typescript: {
    readonly ScriptSnapshot: { fromString(text: string): object };
    getDefaultFormatCodeSettings(newLine: string): object;
  };
  export function createLanguageService(host: object): {
    getFormattingEditsForDocument(name: string, settings: object): readonly Change[];
  };
}
