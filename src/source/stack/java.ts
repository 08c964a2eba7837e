import { filled, frame, position, type StackFrame, type StackSection, section } from './frame.ts';

/** Code of the platform and of tracing itself. Frameworks are not listed: someone's workspace is that framework. */
const FOREIGN = ['java.', 'javax.', 'jdk.', 'sun.', 'com.sun.', 'kotlin.', 'kotlinx.', 'scala.', 'io.opentelemetry.'];

/** `at [loader//][module@version/]package.Class.method(File.java:L)`, for Java, Kotlin and Scala alike. */
export function parseJava(lines: readonly string[]): StackSection[] {
  const sections = [section('', 'exception')];
  for (const line of lines) {
    const text = line.trim();
    const current = sections[sections.length - 1]!;
    if (text.startsWith('at ')) {
      const call = javaFrame(text.slice(3));
      if (call) current.frames.push(call);
    } else if (text.startsWith('Caused by: ')) {
      // Indented, it is the cause of something suppressed, which says nothing about the exception itself.
      sections.push(section(text.slice('Caused by: '.length), /^\s/.test(line) ? 'suppressed' : 'cause'));
    } else if (text.startsWith('Suppressed: ')) {
      sections.push(section(text.slice('Suppressed: '.length), 'suppressed'));
    } else if (text.startsWith('... ')) {
      const elided = /^\.\.\. (\d{1,6}) (?:more|common frames omitted)/.exec(text);
      if (elided) current.elided += Number(elided[1]);
    } else if (current.title === '' && current.frames.length === 0) {
      current.title = text;
    }
  }
  return filled([...sections.filter(s => s.relation !== 'suppressed'), ...sections.filter(isSuppressed)]);
}

function isSuppressed(one: StackSection): boolean {
  return one.relation === 'suppressed';
}

function javaFrame(call: string): StackFrame | undefined {
  const open = call.indexOf('(');
  const close = call.indexOf(')', open);
  // A space before the parenthesis is V8's or .NET's shape, except in Kotlin's quoted names, which have a file ending.
  if (open <= 0 || close < 0) return undefined;
  const symbol = withoutModule(call.slice(0, open));
  const place = call.slice(open + 1, close);
  if (!symbol.includes('.') || symbol.endsWith(' ') || place.includes('/')) return undefined;
  const foreign = FOREIGN.some(prefix => symbol.startsWith(prefix));
  const colon = place.lastIndexOf(':');
  const file = colon > 0 ? place.slice(0, colon) : place;
  const line = colon > 0 ? position(place.slice(colon + 1)) : undefined;
  // `Native Method` and `Unknown Source` are no files.
  if (!/^[^\s:]{1,300}\.\w{1,10}$/.test(file)) {
    return place === 'Native Method' || place === 'Unknown Source' || place === ''
      ? frame(symbol, '', foreign ? false : undefined)
      : undefined;
  }
  return frame(symbol, packagePath(symbol, file), foreign ? false : undefined, line);
}

/** Takes off `app//` and `java.base@17/`; the `/0x…` of a hidden lambda class is part of the name and stays. */
function withoutModule(symbol: string): string {
  const lambda = symbol.indexOf('$$Lambda');
  const slash = symbol.lastIndexOf('/', lambda < 0 ? symbol.length : lambda);
  return symbol.slice(slash + 1);
}

/** `com.acme.Orders$Cart.charge` in `Orders.java` is `com/acme/Orders.java`. */
function packagePath(symbol: string, file: string): string {
  // OpenTelemetry for PHP prints this shape with a bare file name; its namespaces are not folders one can rely on.
  if (file.endsWith('.php')) return file;
  const lambda = symbol.indexOf('$$Lambda');
  const className = symbol.slice(0, symbol.lastIndexOf('.', lambda < 0 ? symbol.length : lambda));
  const end = lambda < 0 ? className.lastIndexOf('.') : className.length;
  const packageName = end > 0 ? className.slice(0, end) : '';
  return packageName === '' ? file : `${packageName.replaceAll('.', '/')}/${file}`;
}
