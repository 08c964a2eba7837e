import { randomBytes } from 'node:crypto';

/** Addresses of the page's files, as the webview gives them. */
export interface InspectorFiles {
  cspSource: string;
  script: string;
  style: string;
  icons: string;
}

export function createNonce(): string {
  return randomBytes(16).toString('base64url');
}

/**
 * The page around the inspector. Nothing is allowed but our own files: no inline style, no eval, no request anywhere.
 * The source of the webview is named beside the nonce because chunks that a module imports carry no nonce.
 */
export function inspectorHtml(files: InspectorFiles, nonce: string): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${files.cspSource}`,
    `style-src ${files.cspSource}`,
    `font-src ${files.cspSource}`,
    `img-src ${files.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${files.icons}">
  <link rel="stylesheet" href="${files.style}">
  <title>Spanside</title>
</head>
<body>
  <div id="root"></div>
  <script type="module" nonce="${nonce}" src="${files.script}"></script>
</body>
</html>
`;
}
