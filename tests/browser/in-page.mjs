// Functions that run inside the page. Each is self-contained: it is sent as text.

/** Visible controls without an accessible name, and radio groups without a legend. */
export function controlsWithoutName() {
  const found = [];
  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const labelled = [...(control.labels ?? [])].some((label) => label.textContent.trim());
    if (!labelled && !control.getAttribute("aria-label") && !control.getAttribute("aria-labelledby")) {
      found.push(`no label: ${control.outerHTML.slice(0, 120)}`);
    }
    if (control.type === "radio" && !control.closest("fieldset")?.querySelector("legend")?.textContent.trim()) {
      found.push(`no legend: ${control.outerHTML.slice(0, 120)}`);
    }
  }
  return found;
}

/** Japanese letters on an English page, outside elements that say they are Japanese. Proper names (WCAG 3.1.2) and quoted typing are exempt. */
export function japaneseOutsideItsLanguage(typed) {
  const letters = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/u;
  const place = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+[都道府県市区町村]/gu;
  const isJapanese = (text) => {
    const rest = text.replace(/“[^”]*”/g, "").replace(place, "");
    return letters.test(typed.reduce((left, name) => left.replaceAll(name, ""), rest));
  };
  const japanese = { test: isJapanese };
  const isMarked = (element) => element.closest('[lang="ja"]') || element.closest('[translate="no"]');
  const found = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { nodeValue, parentElement } = walker.currentNode;
    if (["SCRIPT", "STYLE", "TEXTAREA"].includes(parentElement.tagName) || isMarked(parentElement)) continue;
    if (japanese.test(nodeValue)) found.push(nodeValue.trim().slice(0, 80));
  }
  for (const element of document.querySelectorAll("[alt], [title], [aria-label], [placeholder], meta[content]")) {
    if (isMarked(element)) continue;
    for (const name of ["alt", "title", "aria-label", "placeholder", "content"]) {
      const value = element.getAttribute(name);
      if (value && japanese.test(value)) found.push(`${name}: ${value.slice(0, 80)}`);
    }
  }
  return found;
}

/** Pictures that do not load. Also those that wait until they are scrolled to. */
export async function brokenPictures() {
  const found = [];
  for (const picture of document.querySelectorAll("img:not([hidden])")) {
    picture.loading = "eager";
    await picture.decode().catch(() => found.push(`does not load: ${picture.outerHTML.slice(0, 120)}`));
  }
  return found;
}

/** Targets that a finger misses. A link inside a sentence is exempt, as in WCAG 2.5.8. */
export function smallTargets() {
  const found = [];
  const describe = (element, box) => `${Math.round(box.width)}×${Math.round(box.height)}: ${element.outerHTML.slice(0, 120)}`;
  for (const element of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
    const isChoice = ["radio", "checkbox"].includes(element.type);
    const target = isChoice ? element.closest("label") ?? element : element;
    const box = target.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(element).visibility === "hidden" || element.closest(".skip")) continue;
    const isInSentence = element.tagName === "A" && getComputedStyle(element).display === "inline"
      && element.parentElement.textContent.trim().length > element.textContent.trim().length;
    if (isInSentence) continue;
    const isButton = element.tagName === "BUTTON" || element.classList.contains("btn");
    const isField = !isChoice && ["INPUT", "SELECT", "TEXTAREA"].includes(element.tagName);
    // A box in a table is as high as the mouse needs it: its row is 45 px.
    const isInRow = isChoice && element.closest("td") !== null;
    const least = isField ? 48 : isButton || isChoice && !isInRow ? 44 : 24;
    if (box.height < least - 0.5 || box.width < 24) found.push(`under ${least} px: ${describe(element, box)}`);
  }
  return found;
}

/** How far the page can be scrolled sideways with `css` added, and which element reaches farthest. */
export function overflowWith(css) {
  const before = [...document.adoptedStyleSheets];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...before, sheet];
  const root = document.documentElement;
  const pixels = root.scrollWidth - root.clientWidth;
  let widest = "";
  let farthest = root.clientWidth;
  if (pixels > 0) {
    for (const element of document.body.querySelectorAll("*")) {
      const { right } = element.getBoundingClientRect();
      if (right > farthest) [farthest, widest] = [right, element.outerHTML.slice(0, 120)];
    }
  }
  document.adoptedStyleSheets = before;
  return { pixels, widest };
}

/** What has the focus, whether that can be seen, and whether something lies on top of it. `null` when the focus has left the page. */
export function describeFocus() {
  const active = document.activeElement;
  if (!active || active === document.body || active === document.documentElement) return null;
  const path = [];
  for (let element = active; element.parentElement; element = element.parentElement) {
    path.push([...element.parentElement.children].indexOf(element));
  }
  const isChoice = ["radio", "checkbox"].includes(active.type);
  const drawn = isChoice ? [active, active.closest("label"), active.nextElementSibling] : [active];
  const hasOutline = (element, pseudo) => {
    if (!element) return false;
    const style = getComputedStyle(element, pseudo);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const box = active.getBoundingClientRect();
  const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const isOwn = !top || top === active || active.contains(top) || top.contains(active) || top.closest("label")?.contains(active);
  return {
    path: path.join("."),
    what: active.outerHTML.slice(0, 120),
    outlined: drawn.some((element) => hasOutline(element) || hasOutline(element, "::before")),
    inView,
    covered: inView && !isOwn ? top.outerHTML.slice(0, 80) : "",
  };
}
