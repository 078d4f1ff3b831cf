// Every page works without this.
"use strict";

/** Suggests, below the field of the search, what may be meant by what is typed. */
{
  const PAUSE_MS = 150;
  const field = document.getElementById("q");
  const list = document.createElement("datalist");
  list.id = "suggestions";
  let waits;
  let asked;

  const suggest = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const address = `/search/suggestions?${new URLSearchParams({ q: field.value })}`;
      const answer = await fetch(address, { signal: asked.signal });
      const texts = answer.ok ? await answer.json() : [];
      list.replaceChildren(...texts.map((text) => new Option("", text)));
    } catch {
      // Asked anew meanwhile, or no connection: nothing is suggested.
    }
  };

  if (field) {
    field.after(list);
    field.setAttribute("list", list.id);
    field.addEventListener("input", () => {
      clearTimeout(waits);
      waits = setTimeout(suggest, PAUSE_MS);
    });
  }
}

/** Sends a form once, however fast its button is pressed. */
{
  const DOUBLE_MS = 1000;
  const sent = new WeakMap();

  document.addEventListener("submit", (event) => {
    const before = sent.get(event.target) ?? -DOUBLE_MS;
    if (event.timeStamp - before < DOUBLE_MS) {
      event.preventDefault();
    } else {
      sent.set(event.target, event.timeStamp);
    }
  });
}
