/* Enhancements: every page works without them, and one that fails stops nothing else. Words are in the page.

   data-error-summary              takes the focus; its links lead to the field's group
   form[method=post]               a second click within 2 s is ignored; data-unsaved: leaving with typed text asks first
   input[data-opens=id]            radio or box: that part is shown and sent only while chosen
   [data-appears-after=seconds]    shown then
   input[data-suggest=url]         <datalist> from url?q=&pref= ([{name}]); data-suggest-with=id of pref
   input[data-fills=id]            that group gets the offices of the country typed; data-field: their name
   input[data-kana=id]             what was typed to get kanji goes to that empty field
   textarea[data-count=id]         counts there; data-max; data-left, data-over there: texts with {n}
   input[data-photo=id]            makes it small, shows it in that <img>; data-working, data-sending: words for data-status=id
   [data-crop=form name]           dragging sends nudge=drag, dx, dy (thousandths of the frame)
   button[data-copy=id]            copies that text; data-done: words for data-status=id */
(() => {
  "use strict";
  const byId = (id) => id && document.getElementById(id);
  const each = (selector, enhance) => {
    for (const el of document.querySelectorAll(selector)) {
      try { enhance(el, el.dataset); } catch (e) { console.warn(selector, e); }
    }
  };
  const say = (el, text) => { if (el) { el.textContent = text || ""; el.hidden = !text; } };
  const fetchOptions = async (url, query, value) => {
    const answer = await fetch(url + "?" + new URLSearchParams(query));
    return (await answer.json()).map((one) => new Option(one.name, one[value]));
  };

  each("[data-error-summary]", (box) => {
    box.focus();
    addEventListener("pageshow", (e) => { if (e.persisted) box.focus(); });
    box.addEventListener("click", (e) => {
      const link = e.target.closest("a[href^='#']");
      const field = link && byId(link.hash.slice(1));
      if (!field) return;
      e.preventDefault();
      (field.closest("fieldset, .field") || field).scrollIntoView();
      field.focus({ preventScroll: true });
    });
  });

  each("form[method=post]", (form, { unsaved }) => {
    let sent = 0, typed = false;
    form.addEventListener("input", () => { typed = true; });
    form.addEventListener("submit", (e) => {
      if (sent && e.timeStamp - sent < 2000) return e.preventDefault();
      sent = e.timeStamp;
      typed = false;
    });
    addEventListener("pageshow", () => { sent = 0; });
    if (unsaved !== undefined) addEventListener("beforeunload", (e) => { if (typed) e.preventDefault(); });
  });

  each("input[data-opens]", (choice, { opens }) => {
    const part = byId(opens), box = choice.type === "checkbox";
    const show = () => {
      part.hidden = !choice.checked;
      // A radio button may not have aria-expanded.
      if (box) choice.setAttribute("aria-expanded", choice.checked);
      for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !choice.checked;
    };
    choice.setAttribute("aria-controls", part.id);
    for (const one of box ? [choice] : document.getElementsByName(choice.name)) one.addEventListener("change", show);
    addEventListener("pageshow", show);
    show();
  });

  each("[data-appears-after]", (note, { appearsAfter }) => setTimeout(() => { note.hidden = false; }, appearsAfter * 1000));

  each("input[data-suggest]", (input, { suggest, suggestWith }) => {
    const list = document.createElement("datalist"), other = byId(suggestWith);
    let wait;
    list.id = input.id + "-list";
    input.after(list);
    input.setAttribute("list", list.id);
    const fill = async () => {
      const query = { q: input.value, pref: other ? other.value : "" };
      try { list.replaceChildren(...await fetchOptions(suggest, query, "name")); } catch { /* none */ }
    };
    for (const event of ["focus", "input"]) input.addEventListener(event, () => { clearTimeout(wait); wait = setTimeout(fill, 250); });
  });

  each("input[data-fills]", (input, { fills }) => {
    const group = byId(fills);
    input.addEventListener("change", async () => {
      try {
        const query = { country: input.value, lang: document.documentElement.lang };
        const choices = (await fetchOptions("/api/offices", query, "code")).map(({ text, value }) => {
          const label = document.createElement("label");
          label.className = "choice";
          label.innerHTML = `<input type="radio" name="${group.dataset.field}" value="${value}">`;
          label.append(text);
          return label;
        });
        group.replaceChildren(group.firstElementChild, ...choices);
        group.hidden = !choices[0];
      } catch { /* none */ }
    });
  });

  each("input[data-kana]", (input, { kana }) => {
    const target = byId(kana);
    let read = "", own = target.value ? null : "";
    input.addEventListener("compositionupdate", (e) => {
      const text = e.data.replace(/[a-zａ-ｚ]+$/i, "");
      if (/^[ぁ-ゖァ-ヶー]+$/.test(text)) read = text;
    });
    input.addEventListener("compositionend", (e) => {
      if (e.data && target.value === own) {
        own += read.replace(/[ぁ-ゖ]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 96));
        target.value = own;
      }
      read = "";
    });
  });

  each("textarea[data-count]", (area, { count, max }) => {
    const place = byId(count);
    let wait;
    place.setAttribute("aria-live", "polite");
    area.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => {
        const left = max - [...area.value].length;
        say(place, place.dataset[left < 0 ? "over" : "left"].replace("{n}", Math.abs(left)));
      }, 1000);
    });
  });

  each("input[data-photo]", (input, { photo, status, working, sending }) => {
    const image = byId(photo), place = byId(status);
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file) return;
      say(place, working);
      try {
        const picture = await createImageBitmap(file);
        const scale = Math.min(1, 2000 / Math.max(picture.width, picture.height));
        const canvas = document.createElement("canvas");
        canvas.width = picture.width * scale;
        canvas.height = picture.height * scale;
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
        // A small picture is sent as it was taken.
        if (scale < 1 && small.size < file.size && input.files[0] === file) {
          const files = new DataTransfer();
          files.items.add(new File([small], "photo.jpg", { type: small.type }));
          input.files = files.files;
        }
        image.src = URL.createObjectURL(small);
        image.hidden = false;
      } catch { image.hidden = true; }
      say(place, "");
    });
    input.form.addEventListener("submit", () => say(place, input.files[0] && sending));
  });

  each("[data-crop]", (frame, { crop }) => {
    const form = document.forms[crop], image = frame.querySelector("img");
    let start;
    const way = (e) => [e.clientX - start[0], e.clientY - start[1]];
    const move = (x, y) => { image.style.translate = `${x}px ${y}px`; };
    frame.dataset.ready = "";
    frame.addEventListener("dragstart", (e) => e.preventDefault());
    frame.addEventListener("pointerdown", (e) => { start = [e.clientX, e.clientY]; frame.setPointerCapture(e.pointerId); });
    frame.addEventListener("pointermove", (e) => { if (start) move(...way(e)); });
    frame.addEventListener("pointercancel", () => { start = null; move(0, 0); });
    frame.addEventListener("pointerup", (e) => {
      const [x, y] = way(e);
      start = null;
      if (Math.abs(x) + Math.abs(y) < 4) return move(0, 0);
      const sent = { nudge: "drag", dx: Math.round(x / frame.clientWidth * 1000), dy: Math.round(y / frame.clientHeight * 1000) };
      for (const name in sent) form.insertAdjacentHTML("beforeend", `<input type="hidden" name="${name}" value="${sent[name]}">`);
      form.requestSubmit();
    });
  });

  each("button[data-copy]", (button, { copy, status, done }) => {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(byId(copy).textContent.trim());
      say(byId(status), done);
    });
  });
})();
