"use strict";
(() => {
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
  const key = (cell) => {
    if (!cell || cell.classList.contains("u")) return null;
    return cell.dataset.v === undefined ? cell.textContent : cell.dataset.v;
  };
  const compare = (one, other) => {
    const a = Number(one), b = Number(other);
    if (one !== "" && other !== "" && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
    return collator.compare(one, other);
  };
  const sorted = (rows, column, way) => {
    const keyed = rows.map((row, place) => ({ row, place, value: key(row.cells[column]) }));
    keyed.sort((one, other) => {
      if (one.value === null || other.value === null) {
        return (one.value === null) - (other.value === null) || one.place - other.place;
      }
      return way * compare(one.value, other.value) || one.place - other.place;
    });
    return keyed.map((item) => item.row);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const original = Array.from(body.rows);
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const first = head.classList.contains("n") ? "descending" : "ascending";
      const second = first === "ascending" ? "descending" : "ascending";
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const next = now === "none" ? first : now === first ? second : "none";
        heads.forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", next);
        const rows = next === "none" ? original : sorted(original, column, next === "ascending" ? 1 : -1);
        body.append(...rows);
      });
    });
  }
  for (const box of document.querySelectorAll(".scroll")) {
    const frame = box.parentElement;
    const look = () => {
      frame.classList.toggle("more", box.scrollWidth - box.clientWidth - box.scrollLeft > 2);
      frame.classList.toggle("past", box.scrollLeft > 2);
    };
    box.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(box);
    look();
  }
  for (const box of document.querySelectorAll(".filter")) {
    const input = box.querySelector("input");
    const output = box.querySelector("output");
    const rows = Array.from(box.parentElement.querySelector("table").tBodies[0].rows);
    const read = () => rows.map((row) => Array.from(row.cells, (cell) => cell.textContent).join("\u0001").toLocaleLowerCase());
    let texts = null;
    box.hidden = false;
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLocaleLowerCase().split(/\s+/);
      texts = texts || read();
      let shown = 0;
      rows.forEach((row, place) => {
        row.hidden = !wanted.every((word) => texts[place].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      output.textContent = input.value.trim()
        ? output.dataset.words.replace("{shown}", String(shown)).replace("{total}", String(rows.length)) : "";
    });
  }
})();
