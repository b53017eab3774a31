// Collation, as far as the root collation of Unicode goes for Latin, Greek and
// Cyrillic text: letters by base letter first, then by accents, then small
// before capital; punctuation before digits before letters. Numbers and dates
// are formatted by Go, in en-US.

// The order of the root collation among the ASCII characters that are neither
// digits nor letters. Control characters are ignored.
const order = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
const weights = new Map(Array.from(order, (c, i) => [c, i + 1]));
// Accents in their order; others follow by code point.
const accents = new Map(Array.from("\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0338\u0335\u0327\u0328\u0304", (c, i) => [c, i + 1]));
const beyond = { "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o\u0338", "Ø": "O\u0338", "đ": "d\u0335", "Đ": "D\u0335", "ł": "l\u0335", "Ł": "L\u0335", "ı": "i\u0335" };

// elements returns for each character its primary, secondary and tertiary weight.
function elements(text, numeric) {
  const out = [];
  text = text.normalize("NFD");
  // An expansion comes between the small and the capital letters that it is.
  const tertiary = /[ßæœ]/.test(text) ? 0.5 : 0;
  text = text.replace(/[^\0-\x7f]/g, (c) => beyond[c] ?? c);
  for (let i = 0; i < text.length;) {
    const c = String.fromCodePoint(text.codePointAt(i));
    i += c.length;
    if (/\p{M}/u.test(c)) {
      if (out.length > 0) out.at(-1)[1] = out.at(-1)[1] * 256 + (accents.get(c) ?? c.codePointAt(0) - 0x2ff + 20);
    } else if (c >= "0" && c <= "9") {
      let digits = c;
      if (numeric) while (/[0-9]/.test(text[i] ?? "")) digits += text[i++];
      digits = digits.replace(/^0+(?=.)/, "");
      // By length, then by digits.
      out.push([1000 + digits.length / 1000, 0, 0]);
      for (const d of digits) out.push([1001 + Number(d), 0, 0]);
      if (!numeric) out.splice(-2, 1);
    } else if (weights.has(c)) {
      out.push([weights.get(c), 0, 0]);
    } else if (c > "\x1f" && c !== "\x7f") {
      const lower = c.toLowerCase();
      const letter = /\p{L}/u.test(c);
      out.push([(letter ? 2000 : 500) + lower.codePointAt(0), 0, lower === c ? tertiary : 1]);
    }
  }
  return out;
}

// compareASCII is compare without options, for text of ASCII characters up to
// where its letters differ. It is undefined for other text.
const primaries = Array.from({ length: 128 }, (_, c) => elements(String.fromCharCode(c), false).at(-1)?.[0] ?? 0);
function compareASCII(a, b) {
  let i = 0, j = 0, third = 0;
  // Often a long beginning is the same, as of paths.
  for (let c; i < a.length && (c = a.charCodeAt(i)) === b.charCodeAt(i); i++) if (c > 127) return undefined;
  j = i;
  for (;;) {
    let p = 0, q = 0, c = 0, d = 0;
    while (p === 0 && i < a.length) {
      if ((c = a.charCodeAt(i++)) > 127) return undefined;
      p = primaries[c];
    }
    while (q === 0 && j < b.length) {
      if ((d = b.charCodeAt(j++)) > 127) return undefined;
      q = primaries[d];
    }
    if (p !== q) return p < q ? -1 : 1; // the end comes first
    if (p === 0) return third;
    if (third === 0 && c !== d) third = c > d ? -1 : 1; // small letters come first
  }
}

const asciiWord = /^[a-z0-9]*$/;
function compare(a, b, options) {
  if (a === b) return 0;
  const { numeric = false, sensitivity = "variant", caseFirst = "false" } = options ?? {};
  if (!numeric && asciiWord.test(a) && asciiWord.test(b)) return a < b ? -1 : 1;
  if (options === undefined) {
    const order = compareASCII(a, b);
    if (order !== undefined) return order;
  }
  const x = elements(a, numeric), y = elements(b, numeric);
  const levels = { base: [0], accent: [0, 1], case: [0, 2], variant: [0, 1, 2] }[sensitivity] ?? [0, 1, 2];
  for (const level of levels) {
    const n = Math.min(x.length, y.length);
    for (let i = 0; i < n; i++) {
      const d = x[i][level] - y[i][level];
      if (d !== 0) return (level === 2 && caseFirst === "upper" ? -d : d) < 0 ? -1 : 1;
    }
    if (level === 0 && x.length !== y.length) return x.length < y.length ? -1 : 1;
  }
  return 0;
}

const locale = "en-US";
class Collator {
  #options;
  constructor(locales, options = {}) {
    this.#options = { numeric: /-kn(-|$)/.test(String(locales ?? "")), ...options };
    this.compare = (a, b) => compare(String(a), String(b), this.#options);
  }
  resolvedOptions() { return { locale, usage: "sort", sensitivity: "variant", ignorePunctuation: false, collation: "default", numeric: false, caseFirst: "false", ...this.#options }; }
  static supportedLocalesOf(locales) { return [locales].flat(); }
}

class PluralRules {
  #ordinal;
  constructor(locales, options) { this.#ordinal = options?.type === "ordinal"; }
  select(n) {
    if (!this.#ordinal) return Math.abs(n) === 1 ? "one" : "other";
    const tens = n % 100, ones = n % 10;
    return tens >= 11 && tens <= 13 ? "other" : { 1: "one", 2: "two", 3: "few" }[ones] ?? "other";
  }
  resolvedOptions() { return { locale, type: this.#ordinal ? "ordinal" : "cardinal" }; }
}

class ListFormat {
  #options;
  constructor(locales, options = {}) { this.#options = options; }
  format(items) {
    const list = [...items];
    const word = this.#options.type === "disjunction" ? "or" : "and";
    if (this.#options.type === "unit") return list.join(", ");
    return list.length < 3 ? list.join(` ${word} `) : `${list.slice(0, -1).join(", ")}, ${word} ${list.at(-1)}`;
  }
}

class Segmenter {
  #granularity;
  constructor(locales, options) { this.#granularity = options?.granularity ?? "grapheme"; }
  segment(input) {
    const pattern = { grapheme: /\P{M}\p{M}*(\u200d\P{M}\p{M}*)*/gu, word: /[\p{L}\p{N}\p{M}'_]+|[^\p{L}\p{N}\p{M}'_]/gu, sentence: /[^.!?]+[.!?]*\s*/gu }[this.#granularity];
    const parts = Array.from(input.matchAll(pattern), (m) => ({ segment: m[0], index: m.index, input, isWordLike: this.#granularity === "word" ? /[\p{L}\p{N}]/u.test(m[0]) : undefined }));
    return { [Symbol.iterator]: () => parts[Symbol.iterator](), containing: (i) => parts.find((p) => p.index <= i && i < p.index + p.segment.length) };
  }
}

exports.compare = compare;
host.lazy(exports, "Intl", () => {
  delete globalThis.Intl;
  host("node:intl"); // defines it anew
  const Intl = globalThis.Intl;
  for (const [name, value] of Object.entries({ Collator, PluralRules, ListFormat, Segmenter })) host.hidden(Intl, name, value);
  return Intl;
});
