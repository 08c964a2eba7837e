/**
 * The only module that knows the toolkit of form controls, so that another one is a change of this file and of
 * `controls.tsx`. It is large and nothing needs it to be seen: it is loaded after the first paint.
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeTextField } from '@vscode/webview-ui-toolkit';

export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextField());
}
