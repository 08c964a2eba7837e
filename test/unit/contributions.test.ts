import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Command,
  colorIds,
  contextKeys,
  InternalCommand,
  RowToken,
  settingDefaults,
  ViewId,
  WALKTHROUGH,
} from '../../src/contributions.ts';

const root = join(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { contributes } = manifest;

/** Keys of the editor that our conditions use. */
const EDITOR_KEYS = ['view', 'viewItem', 'focusedView', 'inputFocus', 'activeWebviewPanelId'];

interface Conditional {
  when?: string;
  command?: string;
}
const menus: Conditional[] = Object.values<Conditional[]>(contributes.menus).flat();
const conditionals: Conditional[] = [...menus, ...contributes.viewsWelcome, ...contributes.keybindings];
const commandIds: string[] = contributes.commands.map((command: { command: string }) => command.command);

/** Commands named by links in texts: `(command:id)`. */
function linkedCommands(texts: string[]): string[] {
  return texts.flatMap(text => [...text.matchAll(/\(command:([\w.]+)\)/g)].map(match => match[1] ?? ''));
}

/** The keys of a condition: what is left when values, regular expressions and operators are taken away. */
function keysOf(when: string): string[] {
  return [
    ...when
      .replace(/=~\s*\/(?:[^/\\]|\\.)*\//g, ' ')
      .replace(/[=!]=\s*(?:'[^']*'|[\w.-]+)/g, ' ')
      .matchAll(/[A-Za-z][\w.]*/g),
  ].map(match => match[0]);
}

describe('package.json and src/contributions.ts', () => {
  it('name the same commands, each once', () => {
    assert.deepEqual([...commandIds].sort(), [...Object.values(Command)].sort());
    assert.equal(new Set(commandIds).size, commandIds.length);
  });

  it('keep internal commands out of the manifest', () => {
    const text = JSON.stringify(manifest);
    for (const id of Object.values(InternalCommand)) assert.ok(!text.includes(id), id);
  });

  it('have the same settings with the same defaults', () => {
    const properties: Record<string, { default: unknown; scope: string }> = contributes.configuration.properties;
    const defaults = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, value.default]));
    assert.deepEqual(defaults, { ...settingDefaults });
  });

  it('let no workspace decide in Restricted Mode what is not asked', () => {
    const restricted: string[] = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    const properties: Record<string, { scope: string }> = contributes.configuration.properties;
    for (const [key, { scope }] of Object.entries(properties)) {
      const guarded = scope === 'machine' || restricted.includes(key);
      assert.equal(guarded, !/^spanside\.(?:codeLens|inspector)\./.test(key), key);
    }
    for (const key of restricted) assert.ok(key in properties, key);
  });

  it('have the same views and the same walkthrough', () => {
    const views = Object.entries<{ id: string }[]>(contributes.views).flatMap(([container, list]) =>
      list.map(view => [container, view.id]),
    );
    assert.deepEqual(views, [[ViewId.container, ViewId.traces]]);
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map((container: { id: string }) => container.id),
      [ViewId.container],
    );
    assert.deepEqual(
      contributes.walkthroughs.map((walkthrough: { id: string }) => walkthrough.id),
      [WALKTHROUGH],
    );
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${ViewId.inspector}`));
  });

  it('use only commands that exist', () => {
    const texts: string[] = [
      ...contributes.viewsWelcome.map((welcome: { contents: string }) => welcome.contents),
      ...contributes.walkthroughs[0].steps.map((step: { description: string }) => step.description),
    ];
    const completions: string[] = contributes.walkthroughs[0].steps
      .flatMap((step: { completionEvents: string[] }) => step.completionEvents)
      .filter((event: string) => event.startsWith('onCommand:'))
      .map((event: string) => event.slice('onCommand:'.length));
    const used = [
      ...menus.map(item => item.command ?? ''),
      ...contributes.keybindings.map((binding: Conditional) => binding.command),
      ...linkedCommands(texts),
      ...completions,
    ];
    const known = new Set([...commandIds, `${ViewId.traces}.focus`]);
    for (const id of used) assert.ok(known.has(id) || id.startsWith('workbench.'), id);
  });

  it('use only context keys that are set, and all of them', () => {
    const completions: string[] = contributes.walkthroughs[0].steps
      .flatMap((step: { completionEvents: string[] }) => step.completionEvents)
      .filter((event: string) => event.startsWith('onContext:'))
      .map((event: string) => event.slice('onContext:'.length));
    const used = new Set([...conditionals.map(item => item.when ?? ''), ...completions].flatMap(keysOf));
    const ours = [...used].filter(key => key.startsWith('spanside.'));
    assert.deepEqual(ours.sort(), [...contextKeys].sort());
    for (const key of used) assert.ok(key.startsWith('spanside.') || EDITOR_KEYS.includes(key), key);
  });

  it('ask rows only for tokens that rows have', () => {
    const asked = menus
      .flatMap(item => [...(item.when ?? '').matchAll(/viewItem =~ \/(.*?)\//g)])
      .flatMap(match => (match[1] ?? '').replaceAll('\\b', '').match(/\w+/g) ?? []);
    assert.ok(asked.length > 0);
    const tokens: string[] = Object.values(RowToken);
    for (const token of asked) assert.ok(tokens.includes(token), token);
  });

  it('have the same colours, one after the other, each for every kind of theme', () => {
    const colors: { id: string; defaults: Record<string, string> }[] = contributes.colors;
    assert.deepEqual(
      colors.map(color => color.id),
      colorIds,
    );
    for (const { id, defaults } of colors) {
      assert.deepEqual(Object.keys(defaults).sort(), ['dark', 'highContrast', 'highContrastLight', 'light'], id);
      for (const value of Object.values(defaults)) assert.match(value, /^#[0-9A-F]{6}$/, id);
    }
  });

  it('name only files that are there', () => {
    const icons = contributes.commands.flatMap((command: { icon?: string | Record<string, string> }) =>
      typeof command.icon === 'object' ? Object.values(command.icon) : [],
    );
    const files: string[] = [
      manifest.icon,
      contributes.viewsContainers.activitybar[0].icon,
      contributes.views.spanside[0].icon,
      ...contributes.walkthroughs[0].steps.map((step: { media: { markdown: string } }) => step.media.markdown),
      ...icons,
    ];
    for (const file of files) assert.ok(existsSync(join(root, file)), file);
  });
});

describe('colours of services', () => {
  const backgrounds: Record<string, [string, number]> = {
    dark: ['#1F1F1F', 3],
    light: ['#FFFFFF', 3],
    highContrast: ['#000000', 7],
    highContrastLight: ['#FFFFFF', 4.5],
  };
  const colors: { id: string; defaults: Record<string, string> }[] = contributes.colors;

  for (const [theme, [background, least]] of Object.entries(backgrounds)) {
    it(`stand out from the ${theme} background`, () => {
      for (const { id, defaults } of colors) {
        const ratio = contrast(defaults[theme] ?? '', background);
        assert.ok(ratio >= least, `${id} ${defaults[theme]} has a contrast of ${ratio.toFixed(2)}`);
      }
    });

    it(`are all different in ${theme}`, () => {
      const services = colors.slice(0, 20).map(color => color.defaults[theme]);
      assert.equal(new Set(services).size, services.length);
    });
  }
});

/** Contrast of two colours as WCAG defines it. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
