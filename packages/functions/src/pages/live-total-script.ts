import { Markup } from "./markup.ts";

/**
 * The script of an offer with options: a ticked option changes the total at once. The server computes it, with the same form that the button sends
 * without scripts. If it cannot be reached, the button appears again.
 */
export const liveTotalScript = new Markup(`
(() => {
  const boxes = document.querySelectorAll("input[name=chosen]");
  const page = document.documentElement;
  const form = boxes[0].form;
  let request;
  const update = async () => {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const body = new URLSearchParams(new FormData(form));
    body.set("act", "total");
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal });
      if (!answer.ok) throw new Error(answer.status);
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const replacement = next.querySelector('[data-live="' + part.dataset.live + '"]');
        if (replacement) part.replaceWith(document.adoptNode(replacement));
      }
      page.classList.add("live");
    } catch {
      if (!signal.aborted) page.classList.remove("live");
    }
  };
  page.classList.add("live");
  for (const box of boxes) box.addEventListener("change", update);
})();
`);
