/** Texts that mean something to one of the places where telemetry is shown. */
export const HOSTILE = {
  commandLink: '[run](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%22%7D)',
  image: '![x](https://evil.example/leak.png)',
  html: '<img src="https://evil.example/leak" onerror="window.pwned=1"><script>window.pwned=1</script>',
  icon: '$(error) $(zap~spin)',
  fence: '```\n# heading\n```` `code` ```',
  escape: '\u001b[31mred\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007\u009b2J\u0000\u0007\b',
  bidi: 'user\u202etxt.exe\u202d \u2066isolated\u2069 \u2067more\u2068',
  formula: '=HYPERLINK("https://evil.example","click")',
  prototype: '__proto__',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is sent
  template: '${7*7}{{7*7}}',
} as const;

export const HOSTILE_TEXT = Object.values(HOSTILE).join(' ');

/** What a terminal, a log, a notification or a status bar must never be given. */
export const UNSAFE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u;
