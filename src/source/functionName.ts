/** Words runtimes put where a function has no name of its own. */
const NAMELESS =
  /^(?:anonymous|lambda|module|locals|func\d{1,4}|closure|main|init|clinit|object|eval|new|async|block|in|invoke|call|apply|d|b)$/i;

/**
 * The word of a reported function name that should stand in its source: `charge` of `Orders$Cart.charge`,
 * `shop/cart.(*Cart).charge.func1`, `Orders.charge.<locals>.inner` gives `inner`. `undefined` where no word is sure.
 */
export function wordOfFunction(name: string): string | undefined {
  const words = name.slice(-500).match(/[\p{L}_][\p{L}\p{N}_]{0,100}/gu) ?? [];
  // `lambda$place$0` and `Main$$Lambda` are made by the compiler around the name of the method.
  const word = words.filter(one => !NAMELESS.test(one)).pop();
  return word !== undefined && word.length >= 3 ? word : undefined;
}
