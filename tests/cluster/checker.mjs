// Says whether a history of what many clients saw could be a right one. Each operation has an object, a begin and an end by one clock, and an outcome:
// "ok" (the answer said that it is done), "refused" (the answer said no), "unsent" (nobody was there to hear it), or "unknown" (it may have been done: an answer
// that leaves it open, or, with `open`, none at all: then it may still be done for a while). What is unknown counts as done where that is the only
// explanation, and as not done where that is.
//
//   once   "begin" makes it, each "use" uses it up: a code, an assertion, a link of a reset
//   life   "begin" makes it, a "use" changes nothing, "end" ends it: a session, what a sign-in gave to an application, a password
//   chain  a life whose uses have a token, `from`, and give its successor, `gives`

/** What may have been done. */
const possibly = (one) => one.outcome === "ok" || one.outcome === "unknown";
/** The last moment at which it may have been done. A statement waits twenty seconds for its turn, and is given up then. */
const last = (one) => one.end + (one.outcome === "unknown" ? (one.open ? 20_000 : 1_000) : 0);
/** What servers count in whole seconds, and what an answer takes. */
const SLACK = 3_000;

/** Whether it had come to its end by itself: `lasts` milliseconds after it was made. */
const isOver = (begins, use) => begins.some((one) => one.lasts && use.begin > one.end + one.lasts + SLACK);
const isLate = (begins, refused) => begins.some((one) => one.lasts && refused.end - one.begin >= one.lasts);

/**
 * Within this time after a rotation the same token gets the same successor again (milliseconds): ten seconds after the last moment at which an answer
 * may come, with PostgreSQL two seconds for a connection and eleven for an answer.
 */
const GRACE = 23_000;
/** A code lasts for a minute, and what opens the person's details for five, as servers count: in whole seconds. */
const CODE = 59_000;
const ACCESS = 299_000;

/** Everything that cannot be, as sentences; none for a right history. */
export function wrongs(history) {
  const objects = new Map();
  for (const one of history) objects.set(one.object, [...(objects.get(one.object) ?? []), one]);
  const wrong = [];
  for (const [object, all] of objects) {
    const { kind } = all[0];
    const say = (text, ...ones) => wrong.push(`${object}: ${text}: ${ones.map(told).join("; ")}`);
    const acts = (act) => all.filter((one) => one.act === act);
    const begins = acts("begin"), uses = acts("use"), ends = acts("end");
    nothingAfterItsEnd(uses, ends, say);
    // What a chain opens is made anew with each of its tokens.
    for (const use of uses.filter((one) => kind !== "chain" && one.outcome === "ok" && isOver(begins, one))) say("works after its time", use);
    if (kind === "once") once(begins, uses, ends, say);
    else {
      if (kind === "chain") oneSuccessor(uses, say);
      nothingLost(begins, uses, ends, say);
    }
  }
  return wrong;
}

const told = (one) => `${one.act} ${one.outcome} from ${one.begin.toFixed(0)} to ${one.end.toFixed(0)}${one.note ? ` (${one.note})` : ""}`;

/** Nothing that began after somebody was told of the end works. */
function nothingAfterItsEnd(uses, ends, say) {
  for (const end of ends.filter((one) => one.outcome === "ok")) {
    for (const use of uses.filter((one) => one.outcome === "ok" && one.begin > end.end)) say("works after its end", end, use);
  }
}

/** One use succeeds; and a use is refused only where another one, an end or its time explains it. */
function once(begins, uses, ends, say) {
  const good = uses.filter((one) => one.outcome === "ok");
  if (good.length > 1) say("succeeded more than once", ...good);
  for (const refused of uses.filter((one) => one.outcome === "refused")) {
    const others = [...uses, ...ends].filter((one) => one !== refused && possibly(one) && one.begin < refused.end);
    const isMade = begins.some((one) => one.outcome === "ok" && one.end <= refused.begin);
    if (isMade && others.length === 0 && !isLate(begins, refused)) say("was made and is refused for nothing", refused);
  }
}

/** A token has one successor, and no two tokens have the same. */
function oneSuccessor(uses, say) {
  const children = new Map(), parents = new Map();
  for (const use of uses.filter((one) => one.outcome === "ok" && one.from)) {
    const known = children.get(use.from), parent = parents.get(use.gives);
    if (known && known.gives !== use.gives) say("a token has two successors", known, use);
    if (parent && parent.from !== use.from) say("two tokens have the same successor", parent, use);
    children.set(use.from, use);
    parents.set(use.gives, use);
  }
  // An old token is answered for some seconds, and only as long as its successor was not used.
  const good = uses.filter((one) => one.outcome === "ok" && one.from);
  for (const use of good) {
    const before = good.find((one) => one.from === use.from && use.begin > one.end + GRACE + SLACK);
    if (before) say("an old token works after the time for lost answers", before, use);
    const next = good.find((one) => one.from === use.gives && one.end < use.begin);
    if (next) say("an old token works after its successor was used", next, use);
  }
}

/** What was acknowledged stays until something ends it: a use is refused only where an end explains it, or a token that was used too late. */
function nothingLost(begins, uses, ends, say) {
  const parent = new Map(uses.filter((one) => one.outcome === "ok" && one.from).map((one) => [one.gives, one.from]));
  // The one before the present token is answered for some seconds; what is older, or comes later, ends everything.
  const tooLate = (use) => use.from && uses.some((other) => other !== use && other.from && possibly(other)
    && ((other.from === use.from && last(use) - other.begin >= GRACE) || (parent.get(other.from) === use.from && other.begin < last(use))));
  for (const refused of uses.filter((one) => one.outcome === "refused")) {
    const isMade = begins.some((one) => one.outcome === "ok" && one.end <= refused.begin);
    const isEnded = ends.some((one) => possibly(one) && one.begin < refused.end);
    const isStolen = uses.some((one) => one.begin < refused.end && tooLate(one));
    if (isMade && !isEnded && !isStolen && !isLate(begins, refused)) say("was acknowledged and is lost", refused);
  }
}

/** How often each kind of object saw each outcome of each act: so that nobody takes an empty history for a right one. */
export function counts(history) {
  const seen = {};
  for (const { object, act, outcome } of history) {
    const word = `${object.split(" ")[0]} ${act} ${outcome}`;
    seen[word] = (seen[word] ?? 0) + 1;
  }
  return seen;
}

export { ACCESS, CODE, GRACE };
