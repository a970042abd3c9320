/** Where the webview's bundle lies, as addresses the webview may load, and the origin they come from. */
export interface PanelResources {
  readonly script: string;
  readonly style: string;
  /** `Webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh for every page; the one script that carries it may run. */
  readonly nonce: string;
}

/**
 * The webview's page: nothing but our own script, style sheet and icon font may load. The component toolkit looks for
 * the nonce to probe the browser with a style element of its own.
 */
export function panelHtml({ script, style, cspSource, nonce }: PanelResources): string {
  const policy = [
    "default-src 'none'",
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${style}">
    <title>Unmask</title>
  </head>
  <body>
    <main id="panel"></main>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>
`;
}
