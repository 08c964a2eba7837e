import { provideBrowser } from './browser.ts';
import { provideEditor } from './editor.ts';
import { providePython } from './programs.ts';

// Brings what the tests need and this machine lacks: a browser, VS Code, the Python SDK.
const say = (line: string) => console.log(line);
console.log(`Browser: ${await provideBrowser(say)}`);
console.log(`VS Code: ${await provideEditor(say)}`);
console.log(`Python SDK: ${(await providePython(say)) ?? 'none, because there is no python3 here'}`);
