for (const b of document.querySelectorAll("[data-peek]")) {
  const i = document.getElementById(b.getAttribute("aria-controls"));
  b.hidden = false;
  const set = (on) => { i.type = on ? "text" : "password"; b.setAttribute("aria-pressed", on); };
  b.addEventListener("click", () => { const at = i.selectionStart; set(i.type === "password"); i.focus(); i.setSelectionRange(at, at); });
  i.form.addEventListener("submit", () => set(false));
}
// Back and reload ask for the page again instead of sending a form once more.
const stage = document.querySelector("input[name=stage]"), away = document.querySelector("form[data-leave]");
if (stage && stage.value && stage.value.length < 8e3 && (away || /^\/(signin\/|forgot\/|language)/.test(location.pathname)))
  history.replaceState(null, "", "/signin/back?stage=" + stage.value);
if (away) away.submit();
// Signed in in another tab meanwhile: this one goes on to its own application when it is looked at, unless somebody types into it (SES-2).
if (stage && !away && /^\/[so]/.test(location.pathname)) onfocus = async () => {
  const to = "/signin/tab?stage=" + stage.value, name = document.getElementById("username");
  if (name?.value === name?.defaultValue && (await fetch(to + "&ask=1")).status === 200) location.replace(to);
};
const caps = document.getElementById("caps");
if (caps) for (const i of document.querySelectorAll("input[type=password]"))
  for (const t of ["keydown", "keyup"]) i.addEventListener(t, (e) => { if (e.getModifierState) caps.textContent = e.getModifierState("CapsLock") ? caps.dataset.said : ""; });
// A page that may not say the rules yet has a meter and no list.
const list = document.getElementById("rules"), meter = document.getElementById("meter");
if (meter) {
  const field = document.getElementById("new"), live = document.getElementById("count");
  const word = document.getElementById("strength"), words = meter.dataset.words.split("|");
  const tests = {
    length: (v, d) => [...v].length >= +d.min && (!d.max || [...v].length <= +d.max),
    mixed: (v) => /[0-9]/.test(v) && /[A-Za-z]/.test(v),
    special: (v, d) => [...d.which].some((c) => v.includes(c)),
    spaces: (v) => !/\s/.test(v),
  };
  let said = 0, timer;
  const guess = (v) => {
    const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((k) => k.test(v)).length;
    const bits = new Set(v).size * (1 + kinds);
    return !v ? 0 : bits < 18 ? 1 : bits < 32 ? 2 : bits < 48 ? 3 : 4;
  };
  field.addEventListener("input", () => {
    let met = 0, all = 0;
    for (const li of list?.children ?? []) {
      const test = tests[li.dataset.rule];
      if (!test) continue;
      all++;
      const ok = test(field.value, li.dataset);
      if (ok) met++;
      li.dataset.met = ok ? "yes" : "";
      li.querySelector(".vh").textContent = ok ? list.dataset.met : list.dataset.unmet;
    }
    const score = guess(field.value);
    meter.value = score; word.textContent = words[score] || "";
    clearTimeout(timer);
    if (list) timer = setTimeout(() => { said = Date.now(); live.textContent = list.dataset.count.replace("{met}", met).replace("{all}", all); }, Math.max(0, 1000 - (Date.now() - said)));
  });
}
