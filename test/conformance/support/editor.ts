/**
 * As much of the editor's interface as the tested parts of the extension call, recording what it is asked to do. Loaded
 * in place of the module `vscode` by {@link inEditor}.
 */
import { registerHooks } from 'node:module';

/** What the editor was asked to show, open or do, in order: the name of the call and its first argument as text. */
export const asked: [call: string, text: string][] = [];

/** What the tests set. */
export const settings = { trusted: true, folders: [] as string[], values: new Map<string, unknown>() };

/** A panel as the page's side sees it. */
export class FakePanel {
  visible = true;
  active = true;
  viewColumn = 1;
  title = '';
  iconPath: unknown;
  readonly posted: { type: string }[] = [];
  #hear: (message: unknown) => void = () => {};
  readonly webview = {
    cspSource: 'https://page.example',
    html: '',
    options: {} as { enableScripts?: boolean; localResourceRoots?: Uri[] },
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: (listener: (message: unknown) => void) => {
      this.#hear = listener;
      return nothing;
    },
    postMessage: async (message: { type: string }) => this.posted.push(message) > 0,
  };
  onDidChangeViewState = () => nothing;
  onDidDispose = () => nothing;
  reveal = () => {};
  dispose = () => {};

  /** A message as the page would send it: nothing says that it has the shape it should. */
  send(message: unknown): void {
    this.#hear(message);
  }
}

export const panels: FakePanel[] = [];
const nothing = { dispose: () => {} };

function record(call: string, answer?: unknown): (...args: unknown[]) => Promise<unknown> {
  return async first => {
    asked.push([call, String(first)]);
    return answer;
  };
}

export class Uri {
  readonly scheme: string;
  readonly path: string;

  constructor(scheme: string, path: string) {
    this.scheme = scheme;
    this.path = path;
  }

  get fsPath(): string {
    return this.path;
  }

  static file = (path: string) => new Uri('file', path);
  static from = ({ scheme, path }: { scheme: string; path: string }) => new Uri(scheme, path);
  static parse = (text: string) => new Uri(text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1));
  static joinPath = (base: Uri, ...parts: string[]) => new Uri(base.scheme, [base.path, ...parts].join('/'));

  toString(): string {
    return `${this.scheme}:${this.path}`;
  }
}

export class TreeItem {
  label: string;
  tooltip: unknown;
  description: unknown;
  iconPath: unknown;
  accessibilityInformation: { label: string } | undefined;

  constructor(label: string) {
    this.label = label;
  }
}

export class ThemeIcon {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export class ThemeColor extends ThemeIcon {}
export class Range {}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const TextEditorRevealType = { InCenter: 2 };
export const ViewColumn = { Beside: -2, One: 1 };

export const window = {
  showErrorMessage: record('showErrorMessage'),
  showWarningMessage: record('showWarningMessage'),
  showInformationMessage: record('showInformationMessage'),
  setStatusBarMessage: record('setStatusBarMessage'),
  showTextDocument: record('showTextDocument', { revealRange: () => {} }),
  createWebviewPanel: () => {
    const panel = new FakePanel();
    panels.push(panel);
    return panel;
  },
  tabGroups: { all: [] },
  visibleTextEditors: [],
  activeTextEditor: undefined,
};

export const env = {
  clipboard: { writeText: record('writeText') },
  openExternal: record('openExternal', true),
};

export const commands = { executeCommand: record('executeCommand') };

export const workspace = {
  get isTrusted() {
    return settings.trusted;
  },
  get workspaceFolders() {
    return settings.folders.map(folder => ({ uri: Uri.file(folder) }));
  },
  getConfiguration: () => ({ get: (key: string) => settings.values.get(key), inspect: () => undefined }),
  onDidChangeConfiguration: () => nothing,
  openTextDocument: async (uri: Uri) => {
    asked.push(['openTextDocument', uri.toString()]);
    return { lineCount: 1, lineAt: () => ({ text: '', firstNonWhitespaceCharacterIndex: 0 }) };
  },
};

/** Lines of the log. */
export const logged: string[] = [];
const write = (line: unknown) => {
  logged.push(String(line));
};
export const log = { error: write, warn: write, info: write, debug: write, trace: write, show: () => {} };

/** Imports a module of the extension as the editor would. */
export async function inEditor<T>(load: () => Promise<T>): Promise<T> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
}
