// The judge of histories, before histories that it has to let pass and beside them the same ones made wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { wrongs } from "./checker.mjs";

/** `"once code 1"`, `"use ok 10-20"`: an operation. */
const op = (object, words, more = {}) => {
  const [kind, ...name] = object.split(" "), [act, outcome, times] = words.split(" "), [begin, end] = times.split("-").map(Number);
  return { kind, object: name.join(" "), act, outcome, begin, end, ...more };
};
const history = (object, ...all) => all.map(([words, more]) => op(object, words, more));
const right = (...all) => assert.deepEqual(wrongs(all.flat()), []);
const wrong = (what, ...all) => { const said = wrongs(all.flat()); assert.equal(said.length, 1, said.join("\n")); assert.match(said[0], what); };

test("a code, an assertion or a link succeeds once", () => {
  const code = (...all) => history("once code 1", ["begin ok 0-1", { lasts: 59_000 }], ...all);
  right(code(["use ok 10-20"], ["use refused 11-19"], ["use refused 30-40"]));
  right(code(["use unknown 10-20"], ["use refused 30-40"]));
  right(code(["use unknown 10-20"], ["use ok 30-40"]));
  right(code(["use refused 59000-60001"]));
  right(code(["use unsent 10-20"], ["use ok 30-40"]));
  wrong(/more than once/, code(["use ok 10-20"], ["use ok 11-19"]));
  wrong(/more than once/, code(["use ok 10-20"], ["use unknown 21-25"], ["use ok 30-40"]));
  wrong(/refused for nothing/, code(["use refused 10-20"]));
  wrong(/refused for nothing/, code(["use unsent 5-6"], ["use refused 10-20"]));
  wrong(/after its time/, code(["use ok 63000-63010"]));
  // The other one had not begun when this one was refused.
  wrong(/refused for nothing/, code(["use refused 10-20"], ["use ok 30-40"]));
  right(history("once link 1", ["use refused 10-20"]));
});

test("nothing works after its end was told, and nothing ends by itself", () => {
  const session = (...all) => history("life session 1", ["begin ok 0-1"], ...all);
  right(session(["use ok 5-9"], ["end ok 10-20"], ["use ok 15-30"], ["use refused 16-30"], ["use refused 40-50"]));
  right(session(["end unknown 10-20"], ["use ok 30-40"], ["use refused 50-60"]));
  wrong(/works after its end/, session(["end ok 10-20"], ["use ok 21-30"]));
  wrong(/lost/, session(["use refused 10-20"]));
  wrong(/lost/, session(["use refused 10-20"], ["end ok 30-40"]));
  // Whether it was made at all nobody knows: it may be refused.
  right(history("life password 1", ["begin unknown 0-10"], ["use refused 20-30"]));
});

test("a refresh token has one successor; what is too late ends everything, and nothing else does", () => {
  const grant = (...all) => history("chain grant 1", ["begin ok 0-1"], ...all);
  const use = (words, from, gives) => [`use ${words}`, { from, gives }];
  right(grant(use("ok 10-20", "a", "b"), use("ok 11-30", "a", "b"), use("ok 40-50", "b", "c")));
  right(grant(use("unknown 10-20", "a"), use("ok 30-40", "a", "b")));
  // Used again after the time for lost answers, and after its successor: everything is over.
  right(grant(use("ok 10-20", "a", "b"), use("refused 23500-23600", "a"), use("refused 23700-23800", "b")));
  right(grant(use("ok 10-20", "a", "b"), use("ok 30-40", "b", "c"), use("refused 50-60", "a"), use("refused 70-80", "c")));
  // Nobody knows whether the first was used, or when: it may have been used again too late.
  right(grant(use("unknown 10-20", "a"), use("ok 23500-23600", "a", "b"), use("refused 34900-35000", "b")));
  right(grant(["use unknown 10-4000", { from: "a", open: true }], use("ok 30-40", "a", "b"), use("refused 24000-24100", "b")));
  // A broker that answered has done what it was going to do.
  wrong(/lost/, grant(use("unknown 10-20", "a"), use("ok 30-40", "a", "b"), use("refused 24000-24100", "b")));
  wrong(/time for lost answers/, grant(use("ok 10-20", "a", "b"), use("ok 26100-26200", "a", "b")));
  wrong(/successor was used/, grant(use("ok 10-20", "a", "b"), use("ok 30-40", "b", "c"), use("ok 50-60", "a", "b")));
  wrong(/two successors/, grant(use("ok 10-20", "a", "b"), use("ok 11-30", "a", "c")));
  wrong(/same successor/, grant(use("ok 10-20", "a", "b"), use("ok 30-40", "b", "c"), use("ok 50-60", "x", "c")));
  // Within the time for lost answers one may have been lost.
  wrong(/lost/, grant(use("ok 10-20", "a", "b"), use("refused 30-40", "a")));
  wrong(/lost/, grant(use("ok 10-20", "a", "b"), use("refused 30-40", "b")));
  wrong(/works after its end/, grant(use("ok 10-20", "a", "b"), ["end ok 30-40"], use("ok 50-60", "b", "c")));
  wrong(/works after its end/, grant(["end ok 30-40"], ["use ok 50-60"]));
});

test("objects are judged one by one", () => {
  right(history("once code 1", ["begin ok 0-1"], ["use ok 10-20"]), history("once code 2", ["begin ok 0-1"], ["use ok 10-20"]));
  const said = wrongs([...history("once code 1", ["use ok 1-2"], ["use ok 3-4"]), ...history("life session 2", ["begin ok 0-1"], ["use refused 10-20"])]);
  assert.equal(said.length, 2);
});
