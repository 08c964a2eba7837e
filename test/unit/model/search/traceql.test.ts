import assert from 'node:assert/strict';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { rejects } from './rejects.ts';
import { show } from './show.ts';

describe('TraceQL in a search', () => {
  const read: [text: string, query: string][] = [
    ['{}', 'all'],
    ['  { }  ', 'all'],
    ['{ true }', '{()}'],
    ['{ .a }', '{any[a] = true}'],
    ['{ !.a }', '{!any[a] = true}'],
    ['{ name = "GET /users" }', '{<name> = "GET /users"}'],
    ['{name="a"}', '{<name> = "a"}'],
    [
      '{ span.http.response.status_code >= 500 && duration > 100ms }',
      '{(span[http.response.status_code] >= 500 & <duration> > 100000000 (100ms))}',
    ],
    // Fields.
    [
      '{ resource.a = 1 && event.b = 2 && link.c = 3 && instrumentation.d = 4 }',
      '{(resource[a] = 1 & event[b] = 2 & link[c] = 3 & scope[d] = 4)}',
    ],
    ['{ span."my key" = 1 }', '{span[my key] = 1}'],
    ['{ ."a.b c".d = 1 }', '{any[a.b c.d] = 1}'],
    ['{ ."a\\"b\\\\" = 1 }', '{any[a"b\\] = 1}'],
    ['{ .a-b/c*d = 1 }', '{any[a-b/c*d] = 1}'],
    ['{ span.resource.a = 1 }', '{span[resource.a] = 1}'],
    ['{ status = error && span:status != ok }', '{(<status> = "error" & <status> != "ok")}'],
    ['{ status = "error" }', '{<status> = "error"}'],
    ['{ kind = server || span:kind = client }', '{(<kind> = "server" | <kind> = "client")}'],
    ['{ statusMessage =~ ".*refused.*" }', '{<statusMessage> =~ /.*refused.*/}'],
    [
      '{ rootName = "a" && rootServiceName = "b" && traceDuration > 1s }',
      '{(<rootName> = "a" & <rootService> = "b" & <traceDuration> > 1000000000 (1s))}',
    ],
    [
      '{ trace:rootName = "a" && trace:rootService = "b" && trace:duration > 1s }',
      '{(<rootName> = "a" & <rootService> = "b" & <traceDuration> > 1000000000 (1s))}',
    ],
    [
      '{ span:name = "a" && span:duration < 5 && span:statusMessage = "x" }',
      '{(<name> = "a" & <duration> < 5 & <statusMessage> = "x")}',
    ],
    ['{ span:id = "B7AD6B7169203331" && span:parentID != nil }', '{(<spanId> = "b7ad6b7169203331" & has <parentId>)}'],
    ['{ trace:id = "0AF7" }', '{<traceId> = "0af7"}'],
    ['{ event:name = "exception" && instrumentation:name = "x" }', '{(<eventName> = "exception" & <scopeName> = "x")}'],
    // Values.
    ['{ .a = "x\\n\\t\\"\\\\\\x41\\u00e9\\U0001f600" }', '{any[a] = "x\\n\\t\\"\\\\Aé😀"}'],
    ['{ .a = `x"\\d` }', '{any[a] = "x\\"\\\\d"}'],
    ['{ .a = -1.5 && .b = .5 && .c = 1e3 }', '{(any[a] = -1.5 & any[b] = 0.5 (.5) & any[c] = 1000 (1e3))}'],
    ['{ .a > 1h30m && .b < -2d }', '{(any[a] > 5400000000000 (1h30m) & any[b] < -172800000000000 (-2d))}'],
    ['{ .a = true && .b != false }', '{(any[a] = true & any[b] != false)}'],
    ['{ .a != nil && .b = nil }', '{(has any[a] & !has any[b])}'],
    ['{ .a =~ "(?i)x.*" && .b !~ `\\d+` }', '{(any[a] =~ /x.*/~ & any[b] !~ /\\d+/)}'],
    [
      '{ 3 < .a && "x" = name && 1s >= duration && nil != .b }',
      '{(any[a] > 3 & <name> = "x" & <duration> <= 1000000000 (1s) & has any[b])}',
    ],
    // Within braces all binds alike, from left to right.
    ['{ .a || .b && .c }', '{((any[a] = true | any[b] = true) & any[c] = true)}'],
    ['{ .a && .b || .c && .d }', '{(((any[a] = true & any[b] = true) | any[c] = true) & any[d] = true)}'],
    ['{ .a || (.b && .c) }', '{(any[a] = true | (any[b] = true & any[c] = true))}'],
    ['{ !(.a = 1 || .b = 2) && !!.c }', '{(!(any[a] = 1 | any[b] = 2) & !!any[c] = true)}'],
    ['{ !true || false }', '{(!() | ())}'],
    // Between braces structure binds more.
    ['{ .a } && { .b }', '({any[a] = true} & {any[b] = true})'],
    ['{ .a } || { .b } && {}', '(({any[a] = true} | {any[b] = true}) & all)'],
    ['{ .a } >> { .b } > {}', '(({any[a] = true} >> {any[b] = true}) > all)'],
    ['{ .a }>>{ .b }>{}', '(({any[a] = true} >> {any[b] = true}) > all)'],
    ['{ .a } && {} > {} || {}', '(({any[a] = true} & (all > all)) | all)'],
    ['{ .a } > ({ .b } || {})', '({any[a] = true} > ({any[b] = true} | all))'],
    ['(({ .a }))', '{any[a] = true}'],
    ['({ .a = ")" } )', '{any[a] = ")"}'],
  ];
  for (const [text, query] of read) {
    it(text, () => assert.equal(show(parseSearch(text)), query));
  }

  const mistakes: [text: string, where: string, message: RegExp][] = [
    ['{', ' ^', /ends too early/],
    ['{ .a', '^', /brace is not closed/],
    ['{ .a = ', '       ^', /ends too early: here a field or a value/],
    ['{ .a = }', '       ^', /a field or a value is missing/],
    ['{ (.a }', '      ^', /a \) is missing/],
    ['{ .a ) }', '     ^', /closes nothing/],
    ['({ .a }', '^', /parenthesis is not closed/],
    ['{ .a } )', '       ^', /closes nothing/],
    ['{ .a } }', '       ^', /closes nothing/],
    ['(a OR b)', ' ^', /a \{ with a condition is needed/],
    ['{} &&', '     ^', /a \{ with a condition is needed/],
    ['{} name', '   ^', /After braces the search ends/],
    ['{ . = 1 }', '  ^', /the key of an attribute is missing/],
    ['{ span. }', '  ^^^^^', /the key of an attribute is missing/],
    ['{ .a = "x }', '       ^', /quote that opens here is not closed/],
    ['{ .a = `x }', '       ^', /not closed/],
    ['{ ."a = 1 }', '   ^', /quote that opens here is not closed/],
    ["{ .a = 'x' }", '       ^', /double quotes/],
    ['{ .a = "\\d" }', '        ^^', /nothing after a backslash: write \\\\/],
    ['{ .a = "\\U99999999" }', '        ^^', /nothing after a backslash/],
    ['{ .a = 5q }', '        ^', /no number and no duration; there are the units ns/],
    ['{ .a = 1.. }', '       ^^^', /no number and no duration/],
    ['{ .a = 5k }', '        ^', /no number and no duration/],
    ['{ .a == 1 }', '     ^^', /with one =/],
    ['{ .a 1 }', '     ^', /&& or \|\| with another comparison/],
    ['{ .a = 1 .b }', '         ^', /&& or \|\| with another comparison/],
    ['{ .a & .b }', '     ^', /joined with && or \|\|/],
    ['{ .a | .b }', '     ^', /joined with && or \|\|/],
    ['{ .a = .b }', '       ^^', /Two fields cannot be compared/],
    ['{ 1 = 2 }', '  ^', /One side has to be a field/],
    ['{ (.a) = 1 }', '  ^^^^', /stands without parentheses/],
    ['{ .a = (1) }', '        ^', /alone neither holds nor fails/],
    ['{ !.a = 1 }', '  ^^^', /put the comparison in parentheses/],
    ['{ name }', '  ^^^^', /alone neither holds nor fails/],
    ['{ 5 && .a }', '  ^', /alone neither holds nor fails/],
    ['{ service = "x" }', '  ^^^^^^^', /write resource\.service\.name/],
    ['{ foo = 1 }', '  ^^^', /write \.foo for the attribute/],
    ['{ span:foo = 1 }', '  ^^^^^^^^', /with a colon there are span:name/],
    ['{ childCount > 1 }', '  ^^^^^^^^^^', /childCount is not supported; there are name/],
    ['{ parent.a = 1 }', '  ^^^^^^^', /There is no parent\. here/],
    ['{ event:timeSinceStart > 1s }', '  ^^^^^^^^^^^^^^^^^^^^', /not supported/],
    ['{ status = bad }', '           ^^^', /error, ok, unset/],
    ['{ status = "bad" }', '           ^^^^^', /error, ok, unset/],
    ['{ status = server }', '           ^^^^^^', /error, ok, unset/],
    ['{ status > ok }', '           ^^', /with = or != only/],
    ['{ kind = 2 }', '         ^', /server, client/],
    ['{ .a = error }', '       ^^^^^', /write "error"/],
    ['{ name = 5 }', '         ^', /a text in double quotes/],
    ['{ duration > "1s" }', '             ^^^^', /compared with a duration/],
    ['{ .a =~ 5 }', '        ^', /text in double quotes/],
    ['{ "x" =~ .a }', '  ^^^', /field first/],
    ['{ .a > true }', '       ^^^^', /with = or != only/],
    ['{ .a > nil }', '       ^^^', /only = nil and != nil/],
    ['{ .a =~ "(" }', '        ^^^', /cannot be read/],
    ['{ .a + 1 = 2 }', '     ^', /Arithmetic is not supported/],
    ['{ .a = 1 + 1 }', '         ^', /Arithmetic is not supported/],
    ['{ -.a = 1 }', '  ^', /Arithmetic is not supported/],
    ['{ .a >> .b }', '     ^^', /between braces/],
    ['{} | count() > 2', '   ^', /count, select, by .* not supported/],
    ['{} << {}', '   ^^', /<< is not supported here/],
    [
      '{} < {}',
      '   ^',
      /< is not supported here; between braces there are &&, \|\|, > \(child\) and >> \(descendant\)/,
    ],
    ['{} ~ {}', '   ^', /~ is not supported here/],
    ['{} !>> {}', '   ^^^', /!>> is not supported here/],
    ['{} &>> {}', '   ^^^', /&>> is not supported here/],
    ['{} >= {}', '   ^^', />= is not supported here/],
    ['{} + {}', '   ^', /\+ is not supported here/],
  ];
  for (const [text, where, message] of mistakes) {
    it(`${text} is a mistake`, () => rejects(text, where, message));
  }

  it('is 100 deep at most, however it is nested', () => {
    assert.doesNotThrow(() => parseSearch(`${'('.repeat(100)}{}${')'.repeat(100)}`));
    rejects(`${'('.repeat(101)}{}${')'.repeat(101)}`, `${' '.repeat(101)}^`, /more than 100 deep/);
    rejects(`{${'('.repeat(4_000)}`, `${' '.repeat(102)}^`, /more than 100 deep/);
    rejects(`{${'!'.repeat(9_000)}.a}`, `${' '.repeat(102)}^`, /more than 100 deep/);
    rejects('('.repeat(10_000), `${' '.repeat(101)}^`, /more than 100 deep/);
  });

  it('has 1,000 comparisons at most', () => {
    assert.doesNotThrow(() => parseSearch(`{${Array(999).fill('.a').join('||')}}`));
    rejects(`{${Array(1_000).fill('.a').join('||')}}`, `${' '.repeat(3_997)}^`, /1000 comparisons at most/);
    assert.doesNotThrow(() => parseSearch(Array(1_000).fill('{}').join('>>')));
    assert.throws(() => parseSearch(Array(1_001).fill('{}').join('>>')), /1000 comparisons at most/);
  });
});
