/** When the bundle began to run, to be imported before everything else; loading it is a part of what activation costs. */
export const loadStarted: number = performance.now();
