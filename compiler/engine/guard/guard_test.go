package guard_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/engine/guard"
)

func TestRewrite(t *testing.T) {
	for _, test := range [][2]string{
		// Comparisons.
		{`a === b`, `__sstc_cmp(0,a , b)`},
		{`a!==b`, `__sstc_cmp(1,a,b)`},
		{`a == b != c`, `__sstc_cmp(3,__sstc_cmp(2,a , b) , c)`},
		{`a < b`, `__sstc_cmp(4,a , b)`}, {`a > b`, `__sstc_cmp(5,a , b)`}, {`a <= b`, `__sstc_cmp(6,a , b)`}, {`a >= b`, `__sstc_cmp(7,a , b)`},
		{`(a) === ((b))`, `__sstc_cmp(0,(a) , ((b)))`},
		{`(a, b) === (c, d)`, `__sstc_cmp(0,(a, b) , (c, d))`},
		{`await (a) === b`, `__sstc_cmp(0,await (a) , b)`},
		{`f(await (a) == b, (c) === d)`, `f(__sstc_cmp(2,await (a) , b), __sstc_cmp(0,(c) , d))`},
		{`a + b === c && d || e === f`, `__sstc_cmp(0,__sstc_add(a , b) , c) && __sstc_test(d) || __sstc_cmp(0,e , f)`},
		{`a === b ? c === d : e === f`, `__sstc_cmp(0,a , b) ? __sstc_cmp(0,c , d) : __sstc_cmp(0,e , f)`},
		{`x = a === b`, `x = __sstc_cmp(0,a , b)`},
		{"`${a === b}${c === d}`", "`${__sstc_cmp(0,a , b)}${__sstc_cmp(0,c , d)}`"},
		{`() => a === b`, `() => __sstc_cmp(0,a , b)`},
		{`(x, y = a === b) => ({ z: c === d })`, `(x, y = __sstc_cmp(0,a , b)) => ({ z: __sstc_cmp(0,c , d) })`},
		{`async (x) => { await a === b }`, `async (x) => { __sstc_cmp(0,await a , b) }`},
		{`a === "prod"`, `__sstc_cmp(0,a , "prod")`},
		{"a === b /* c */ == d // e", "__sstc_cmp(2,__sstc_cmp(0,a , b) /* c */ , d) // e"}, {`a === b === c`, `__sstc_cmp(0,__sstc_cmp(0,a , b) , c)`}, {`!a === b`, `__sstc_cmp(0,!__sstc_test(a) , b)`},
		{"a ===\n  b", "__sstc_cmp(0,a ,\n  b)"},
		// Comparisons that are right as they are, but for those with null: an element of a decoded text may be that.
		{`a === undefined`, `__sstc_cmp(0,a , undefined)`}, {`null !== a`, `__sstc_cmp(1,null , a)`}, {`a == null`, `__sstc_cmp(2,a , null)`}, {`a === void 0`, `__sstc_cmp(0,a , void 0)`},
		{`typeof a === "string"`, `(typeof a === "object" ? __sstc_typeof(a) : typeof a) === "string"`}, {`1 < 2`, ``}, {`"a" < "b"`, ``}, {`a === {}`, ``}, {`typeof a == typeof b`, `(typeof a === "object" ? __sstc_typeof(a) : typeof a) == (typeof b === "object" ? __sstc_typeof(b) : typeof b)`},
		{`a === 1`, `__sstc_cmp(0,a , 1)`}, {`true === a`, `__sstc_cmp(0,true , a)`}, {`a === function () {}`, ``}, {`a === new B()`, ``}, {`a == 1`, `__sstc_cmp(2,a , 1)`}, {`a < 1`, `__sstc_cmp(4,a , 1)`},
		{`a instanceof B`, ``}, {`a + b + "c"`, `__sstc_add(a , b) + "c"`}, {`a += b`, `a = __sstc_add(a, b)`},
		// Conditions.
		{`a ? b : c`, `__sstc_test(a) ? b : c`}, {`!a`, `!__sstc_test(a)`}, {`!!a`, `!!__sstc_test(a)`}, {`!a === !b`, `!__sstc_test(a) === !__sstc_test(b)`}, {`a === b ? c : d`, `__sstc_cmp(0,a , b) ? c : d`}, {`typeof a ? b : c`, `(typeof a === "object" ? __sstc_typeof(a) : typeof a) ? b : c`}, {`1 ? a : b`, ``},
		{`a && b`, `__sstc_test(a) && b`}, {`a || b`, `__sstc_test(a) || b`}, {`a ?? b`, `__sstc_nullish(a) ?? b`}, {`a && b && c`, `__sstc_test(a) && __sstc_test(b) && c`}, {`a || b && c || d`, `__sstc_test(a) || __sstc_test(b) && __sstc_test(c) || d`},
		{`(a && b) ? c : d`, `(__sstc_test(a) && __sstc_test(b)) ? c : d`}, {`!(a || b)`, `!(__sstc_test(a) || __sstc_test(b))`}, {`(a ?? b) || c`, `__sstc_test((__sstc_nullish(a) ?? b)) || c`}, {`(a ? b : c) && d`, `__sstc_test((__sstc_test(a) ? b : c)) && d`}, {`(a, b) || c`, `__sstc_test((a, b)) || c`},
		{`a() && b.c`, `__sstc_test(a()) && b.c`}, {`await a || b`, `__sstc_test(await a) || b`}, {`x = a || b`, `x = __sstc_test(a) || b`}, {`(x = a) || b`, `__sstc_test((x = a)) || b`}, {`a &&= b`, `a = __sstc_test(a) && ( b)`}, {`a < b && c`, `__sstc_cmp(4,a , b) && c`},
		{`if (a) b; else if (c) d`, `if (__sstc_test(a)) b; else if (__sstc_test(c)) d`}, {`if (a, b) c`, `if (__sstc_test((a, b))) c`}, {`while (a) b`, `for (__sstc_loop.on; __sstc_test(a);) b`}, {`do a(); while (b)`, `do a(); while (__sstc_test(b))`}, {`for (; a; b) c`, `for (__sstc_loop.on; __sstc_test(a); b) c`}, {`for (;;) c`, `for (__sstc_loop.on;;) c`},
		// Loops, whose beginnings have a position.
		{`for (;;) c`, `for (__sstc_loop.on;;) c`}, {`for (a = 1; b; c) d`, `for (a = 1, __sstc_loop.on; __sstc_test(b); c) d`}, {`for (let a = 1, b = c.d; ; a++) d`, `for (let a = 1, b = (__sstc_loop.on, c.d); ; a++) d`}, {`for (let a;;);`, ``}, {`while (a, b) c`, `for (__sstc_loop.on; __sstc_test((a, b));) c`}, {`if (a) while (1); else b`, `if (__sstc_test(a)) for (__sstc_loop.on; 1;); else b`}, {`do a++; while (1)`, ``}, {`for (const [a] = b;;);`, `for (const [a] = (__sstc_loop.on, b);;);`},
		// Lengths.
		{`a.length`, `__sstc_len(a)`}, {`a.b().length`, `__sstc_len(a.b())`}, {`a.length.length`, `__sstc_len(__sstc_len(a))`}, {`(a, b).length`, `__sstc_len((a, b))`},
		{`a.length > 0`, `__sstc_cmp(5,__sstc_len(a) , 0)`}, {`a.length === b.length`, `__sstc_cmp(0,__sstc_len(a) , __sstc_len(b))`}, {`i < a.length`, `__sstc_cmp(4,i , __sstc_len(a))`},
		{`a?.length`, `__sstc_olen(a)`}, {`a?.b.length`, `__sstc_olen(a?.b)`}, {`(a?.b).length`, `__sstc_len((a?.b))`}, {`a?.length.b`, ``},
		{`a.length.toFixed(1)`, `__sstc_len(a).toFixed(1)`}, {`a.length()`, ``}, {`a.length = 0`, ``}, {`a.length += 1`, `a.length = __sstc_add(a.length, 1)`}, {`a.length++`, ``}, {`--a.length`, ``}, {`delete a.length`, ``},
		{`for (a.length of b);`, ``}, {`for (a.length in b);`, `for (a.length in __sstc_chars(b));`}, {`[a.length, b = c.length] = d`, `[a.length, b = __sstc_len(c)] = d`}, {`new a.length()`, ``}, {"a.length`x`", ``}, {`({ length: 1 })`, ``}, {`class A { length = 1 }`, ``},
		{`a.length - 1`, `__sstc_num(__sstc_len(a)) - 1`}, {`typeof a.length`, `__sstc_typeof( __sstc_len(a))`}, {`x = a.length, y`, `x = __sstc_len(a), y`}, {`!a.length`, `!__sstc_test(__sstc_len(a))`}, {`a["length"]`, `__sstc_chars(a)["length"]`},
		{"a.\nlength === b?.\nlength", "__sstc_cmp(0,__sstc_len(a)\n , __sstc_olen(b)\n)"}, {"[a.\nlength] = b", ``},
		{`a.b[c.length].length`, `__sstc_len(__sstc_chars(a.b)[__sstc_key(__sstc_len(c))])`},
		// Arithmetic.
		{`a - b`, `__sstc_num(a) - __sstc_num(b)`}, {`a * 2 ** b`, `__sstc_num(a) * 2 ** __sstc_num(b)`}, {`-a`, `-__sstc_num(a)`}, {`+a.b`, `+__sstc_num(a.b)`}, {`~(a, b)`, `~__sstc_num((a, b))`},
		{`(a - b) / c`, `(__sstc_num(a) - __sstc_num(b)) / __sstc_num(c)`}, {`a - b - c`, `__sstc_num(a) - __sstc_num(b) - __sstc_num(c)`}, {`a >>> 0 | b`, `__sstc_num(a) >>> 0 | __sstc_num(b)`},
		{`a -= b`, `a = __sstc_num(a) - __sstc_num(b)`}, {`a **= b, c`, `a = __sstc_num(a) ** __sstc_num(b), c`}, {`a.b *= c`, `a.b *= __sstc_num(c)`}, {`a -= b ? c : d`, `a = __sstc_num(a) - __sstc_num(__sstc_test(b) ? c : d)`}, {`a++`, ``}, {`1 - 2`, ``},
		{`a -= 1 === b - c`, `a = __sstc_num(a) - __sstc_num(1 === __sstc_num(b) - __sstc_num(c))`},
		// Sums, unless they join strings.
		{`a + 1`, `__sstc_add(a , 1)`}, {`a + b + c`, `__sstc_add(__sstc_add(a , b) , c)`}, {"a + `b`", ``}, {`"a" + b + c`, ``}, {`a + (b + "c")`, ``}, {`1 + 2`, ``}, {`a + (b ? "c" : "d")`, `a + (__sstc_test(b) ? "c" : "d")`}, {`a + typeof b.c`, `a + __sstc_typeof( b.c)`}, {`a += "b"`, ``}, {`a.b += c`, `a.b = __sstc_add(a.b, c)`}, {`this.a += 1`, `this.a = __sstc_add(this.a, 1)`}, {`a().b += c`, ``}, {`a[b++] += c`, `__sstc_chars(a)[b++] += c`}, {`a.length += b`, `a.length = __sstc_add(a.length, b)`}, {`a = b += c`, `a = b = __sstc_add(b, c)`}, {`a += b ? c : d`, `a = __sstc_add(a, __sstc_test(b) ? c : d)`}, {"a\n+ b", "__sstc_add(a\n, b)"},
		// Types. A name may be one that is not declared.
		{`typeof a`, `(typeof a === "object" ? __sstc_typeof(a) : typeof a)`}, {`typeof (a)`, `(typeof (a) === "object" ? __sstc_typeof((a)) : typeof (a))`}, {`typeof (a, b)`, `__sstc_typeof( (a, b))`}, {`typeof a.b`, `__sstc_typeof( a.b)`}, {`typeof 1`, ``}, {`x = typeof a === typeof b.c && d`, `x = (typeof a === "object" ? __sstc_typeof(a) : typeof a) === __sstc_typeof( b.c) && d`}, {`typeof typeof a`, `typeof (typeof a === "object" ? __sstc_typeof(a) : typeof a)`}, {`typeof await a`, `__sstc_typeof( await a)`},
		// Logical assignments.
		{`a ||= b`, `a = __sstc_test(a) || ( b)`}, {`a ??= b, c`, `a = __sstc_nullish(a) ?? ( b), c`}, {`f(a ||= (b, c))`, `f(a = __sstc_test(a) || ( (b, c)))`}, {`a &&= b || c`, `a = __sstc_test(a) && ( __sstc_test(b) || c)`},
		{`a.b ||= c`, `__sstc_testMember(a,"b").b ||= c`}, {`a.b.c ??= d`, `__sstc_nullishMember(a.b,"c").c ??= d`}, {`a.length &&= b`, `__sstc_testMember(a,"length").length &&= b`}, {`a().b ||= c`, `__sstc_testMember(a(),"b").b ||= c`},
		{`a["b"] ||= c`, `__sstc_testMember(a,"b")[__sstc_lastKey()] ||= c`}, {`a[b] ??= c`, `__sstc_nullishMember(__sstc_chars(a),__sstc_key(b))[__sstc_lastKey()] ??= c`}, {`this.a ??= b`, `__sstc_nullishMember(this,"a").a ??= b`}, {`class A { #p; f() { this.#p ??= 1 } }`, ``}, {`({ f() { super.a ??= 1 } })`, ``},
		{`a ?? b ?? c`, `__sstc_nullish(__sstc_nullish(a) ?? b) ?? c`}, {`a ?? 1`, `__sstc_nullish(a) ?? 1`},
		// Patterns.
		{`const { length } = a`, `const {[__sstc_parts]: {} = "",  length } = a`}, {`const { length: b, c } = a`, `const {[__sstc_parts]: {} = "",  length: b, c } = a`}, {`({ "length": b } = a)`, `({[__sstc_parts]: {} = "",  "length": b } = a)`}, {`const { 0: b } = a`, `const {[__sstc_parts]: {} = "",  0: b } = a`},
		{`const { b = 1 } = a`, `const {[__sstc_defaults]: {} = "",  b = 1 } = a`}, {`const { b: c = 1, d } = a`, `const {[__sstc_defaults]: {} = "",  b: c = 1, d } = a`}, {`const { b: { c = 1 } } = a`, `const { b: {[__sstc_defaults]: {} = "",  c = 1 } } = a`}, {`const { b: { length } = {} } = a`, `const {[__sstc_defaults]: {} = "",  b: {[__sstc_parts]: {} = "",  length } = {} } = a`}, {`const { length = 1 } = a`, `const {[__sstc_parts]: {} = "", [__sstc_defaults]: {} = "",  length = 1 } = a`},
		{`({ length }) => length`, `({[__sstc_parts]: {} = "",  length }) => length`}, {`function f({ a = 1 }, b) {}`, `function f({[__sstc_defaults]: {} = "",  a = 1 }, b) {}`}, {`async ({ length }) => {}`, `async ({[__sstc_parts]: {} = "",  length }) => {}`}, {`({ f({ length }) {} })`, `({ f({[__sstc_parts]: {} = "",  length }) {} })`}, {`[{ length }] = a`, `[{[__sstc_parts]: {} = "",  length }] = a`}, {`for (const { length } of a);`, `for (const {[__sstc_parts]: {} = "",  length } of a);`}, {`for ({ length } of a);`, `for ({[__sstc_parts]: {} = "",  length } of a);`}, {`try {} catch ({ length }) {}`, `try {} catch ({[__sstc_parts]: {} = "",  length }) {}`},
		{`({ length: 1 })`, ``}, {`const a = { length: 1 }`, ``}, {`f({ length: 1 }, { b: c = 1 })`, ``}, {`const { a } = { length: b }`, ``}, {`const { a = { length: 1 } } = b`, `const {[__sstc_defaults]: {} = "",  a = { length: 1 } } = b`}, {`(a = { length: 1 }) => ({ length: 2 })`, ``}, {`[f({ length: 1 }).a] = b`, ``}, {`[a[{ length: 1 }]] = b`, `[__sstc_chars(a)[{ length: 1 }]] = b`}, {`[a.length.b] = c`, `[__sstc_len(a).b] = c`},
		{`({ ...a })`, `({ ...__sstc_chars(a) })`}, {`({ ...a.length })`, `({ ...__sstc_chars(__sstc_len(a)) })`}, {`({ ...a } = b)`, ``}, {`const { ...a } = b`, ``}, {`({ a, ...b }) => ({ ...b })`, `({ a, ...b }) => ({ ...__sstc_chars(b) })`}, {`f(...a, [...b])`, ``},
		// Keys.
		{`a[b]`, `__sstc_chars(a)[__sstc_key(b)]`}, {`a["b"][0]`, `__sstc_chars(a["b"])[0]`}, {`a[b, c]`, `__sstc_chars(a)[__sstc_key((b, c))]`}, {`a?.[b]`, `__sstc_chars(a)?.[__sstc_key(b)]`}, {`a?.b?.[c]`, `a?.b?.[__sstc_key(c)]`}, {`a[b] = c[d]`, `__sstc_chars(a)[__sstc_key(b)] = __sstc_chars(c)[__sstc_key(d)]`}, {`a[b[c]]`, `__sstc_chars(a)[__sstc_key(__sstc_chars(b)[__sstc_key(c)])]`},
		{`({ [a]: b, [c]() {}, get [d]() {} })`, `({ [__sstc_key(a)]: b, [__sstc_key(c)]() {}, get [__sstc_key(d)]() {} })`}, {`class A { [b] = c; static [d]() {} }`, `class A { [__sstc_key(b)] = c; static [__sstc_key(d)]() {} }`},
		{`a in b`, `__sstc_key(a) in b`}, {`"a" in b`, ``}, {`for (const a in b);`, `for (const a in __sstc_chars(b));`}, {`for (var i = (a in b); ;);`, `for (var i = (__sstc_loop.on, (__sstc_key(a) in b)); ;);`}, {`class A { #x; static f(o) { return #x in o } }`, ``}, {`a[i++]`, `__sstc_chars(a)[i++]`}, {`const { [a]: b } = c`, `const {[__sstc_parts]: {} = "",  [__sstc_key(a)]: b } = c`},
		{`a[0]`, `__sstc_chars(a)[0]`}, {`a[0]()`, `__sstc_chars(a)[0]()`}, {`a[0] = b`, `__sstc_chars(a)[0] = b`}, {`new a[0]()`, ``}, {`a?.b[0]`, ``}, {`a?.[0]`, `__sstc_chars(a)?.[0]`}, {`class A { f() { super[0] } }`, ``}, {`a["length"].b`, `__sstc_chars(a)["length"].b`}, {"a\n[0]", "__sstc_chars(a)\n[0]"},
		// Sizes.
		{`Array(a)`, `Array(__sstc_size(a))`}, {`new Array(a)`, `new Array(__sstc_size(a))`}, {`new Array(a, b)`, ``}, {`Array(...a)`, ``}, {`Array()`, ``}, {`Array(3)`, ``}, {`a.Array(b)`, ``},
		// Switches.
		{`switch (a) { case b: c; case "d": default: e }`, `switch (__sstc_switch(a)) { case __sstc_case(b): c; case "d": default: e }`}, {`switch (true) { case a === b: }`, `switch (true) { case __sstc_cmp(0,a , b): }`}, {`switch (a, b) {}`, `switch (__sstc_switch((a, b))) {}`},
		// Syntax that must be understood and stay.
		{`async function* f() { yield* a; yield; for await (const x of y) await x }`, ``}, {`import("x").then(({ default: y }) => y)`, ``}, {`new.target`, ``}, {`import.meta.url`, ``},
		{`a = /[/\]]/g.test(b) / c`, `a = __sstc_num(/[/\]]/g.test(b)) / __sstc_num(c)`}, {"a\n/b/g", "__sstc_num(a)\n/__sstc_num(b)/__sstc_num(g)"}, {`if (a) /b/.test(c)`, `if (__sstc_test(a)) /b/.test(c)`}, {`x = a ? /b/ : /c/`, `x = __sstc_test(a) ? /b/ : /c/`}, {"`a${`b${c}`}d`", ``},
		{`class A extends (b, C) { #p = 1; static { this.x = 1 } static async *g() {} get; set; static; async; get x() { return 1 } 'q'() {} 1() {} accessor = 2 }`, ``},
		{`label: for (;;) { break label }`, `label: for (__sstc_loop.on;;) { break label }`}, {"var a\nvar b", ``}, {"a\n++b", ``}, {`x = function* () { const y = yield a; yield }`, ``}, {`let async = 1; async = 2; async(1); ({ async, get: 1, set, static: 2 })`, ``},
		{`x = async x => x; y = async (a, { b }, ...c) => {}; async function z() {}`, ``}, {`try {} catch {} finally {}`, ``}, {`do a(); while (b) c()`, `do a(); while (__sstc_test(b)) c()`}, {`a?.b?.(c)?.d`, ``}, {`({ a, b: [c, , d = 1], ...e } = f)`, ``}, {`for (let [a, b] of c) {}`, ``}, {`if (a) b; else c`, `if (__sstc_test(a)) b; else c`}, {`0x1F + 1e-5 + .5 + 1. + 10n + 1_0`, ``}, {`a ? .5 : b`, `__sstc_test(a) ? .5 : b`}, {`"use strict"; 'it\'s'; "\u{1F600}"`, ``}, {`#!/usr/bin/env node` + "\na", ``}, {"let a\n[a, b] = c", ``}, {`if(a)b;else"c"===d`, `if(__sstc_test(a))b;else __sstc_cmp(0,"c",d)`}, {`/* a */ b // c`, ``}, {`é.ü`, ``},
		{`x = () => {}` + "\n" + `/a/.test(b)`, ``}, {`of = get`, ``}, {`with (a) b`, ``}, {`for (const a of b, c);`, ``},
	} {
		want := test[1]
		if want == "" {
			want = test[0]
		}
		got, _, err := guard.Rewrite(test[0])
		if test[0] == `for (const a of b, c);` {
			if err == nil {
				t.Errorf("%s: no error", test[0])
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%s\ngot  %s %v\nwant %s", test[0], got, err, want)
		}
	}
}

func TestNotUnderstood(t *testing.T) {
	for _, source := range []string{
		"a b", "(", "a.", "`${", "'x", "/*", "import x from 'y'", "export default 1", "{", "class {", "a === ", "x = /a", "if", "switch (a) {", "((((", "a ? b", "for (;;", "#", strings.Repeat("[", 100000), strings.Repeat("!", 100000), strings.Repeat("`${", 100000), strings.Repeat("{", 100000), "new a?.b()",
	} {
		got, m, err := guard.Rewrite(source)
		if err == nil || got != source {
			t.Errorf("%.20q is understood as %.20q", source, got)
		}
		if line, column := m.Original(3, 7); line != 3 || column != 7 {
			t.Errorf("%.20q: its mapping is not empty", source)
		}
	}
}

// Every character of the original that is still there is found at its place.
func TestMapping(t *testing.T) {
	const source = "let é = 'ü😀', a = b === c.length; x[y] -= -z;\n\nf(a.length === b,\n  c - d); switch (q) { case r: }"
	got, m, err := guard.Rewrite(source)
	if err != nil {
		t.Fatal(err)
	}
	originals := strings.Split(source, "\n")
	for i, line := range strings.Split(got, "\n") {
		column := 0
		for at := range line {
			column++
			l, c := m.Original(i+1, column)
			if l != i+1 || c < 1 || c > utf8.RuneCountInString(originals[i])+1 {
				t.Fatalf("%d:%d comes from %d:%d", i+1, column, l, c)
			}
			// Names of one letter are the program's; all inserted words are longer.
			r, _ := utf8.DecodeRuneInString(line[at:])
			alone := !isWord(line, at-1) && !isWord(line, at+utf8.RuneLen(r))
			if r >= 'a' && r <= 'z' && alone || r > 0x7f {
				if original := []rune(originals[i])[c-1]; original != r {
					t.Errorf("%d:%d is %c, and %d:%d was %c", i+1, column, r, l, c, original)
				}
			}
		}
	}
	for _, test := range []struct{ line, column, want int }{
		{1, 1, 1}, {1, 19, 19}, {1, 25, 19}, {1, 32, 19},
	} {
		if _, c := m.Original(test.line, test.column); c != test.want {
			t.Errorf("%d:%d comes from column %d, want %d", test.line, test.column, c, test.want)
		}
	}
}

func isWord(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] == '_' || s[i] >= '0' && s[i] <= '9' || s[i] >= 'a' && s[i] <= 'z')
}

// plain is the functions for a program without symbolic strings.
const plain = `Object.assign(globalThis, {
	__sstc_cmp(op, a, b) {
		switch (op) {
			case 0: return a === b; case 1: return a !== b; case 2: return a == b; case 3: return a != b;
			case 4: return a < b; case 5: return a > b; case 6: return a <= b; case 7: return a >= b;
		}
	},
	__sstc_add: (a, b) => a + b,
	__sstc_len: (x) => x.length, __sstc_olen: (x) => x?.length, __sstc_typeof: (x) => typeof x,
	__sstc_testMember: (o, k) => { last = k; return o; }, __sstc_nullishMember: (o, k) => { last = k; return o; }, __sstc_lastKey: () => last,
	__sstc_loop: { on: true }, __sstc_parts: Symbol(), __sstc_defaults: Symbol(),
});
let last;
for (const name of ["num", "key", "switch", "case", "test", "nullish", "chars", "size"]) globalThis["__sstc_" + name] = (x) => x;`

// evaluate returns what the body of an async function prints and returns.
func evaluate(t *testing.T, body string) string {
	t.Helper()
	var out strings.Builder
	e, err := engine.New(engine.Options{Console: func(level, text string) { out.WriteString(text + "\n") }})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Eval("helpers.js", plain); err != nil {
		t.Fatal(err)
	}
	result, err := "", e.Eval("test.js", body)
	if err == nil {
		if result, err = e.Await("main", ""); err == nil {
			err = e.Drain()
		}
	}
	fmt.Fprintf(&out, "%s %v\n", result, err)
	return out.String()
}

func wrapped(body string) string {
	return "globalThis.main = async (arg) => { const require = __node_require;" + body + "\n}"
}

// With values that are not symbolic a program does what it did.
func TestSameBehaviour(t *testing.T) {
	programs, err := filepath.Glob("../testdata/node/*.js")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	more, err := filepath.Glob("testdata/*.js")
	if err != nil || len(more) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, program := range append(programs, more...) {
		source, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		body := wrapped(string(source))
		rewritten, _, err := guard.Rewrite(body)
		if err != nil {
			t.Errorf("%s: %v", program, err)
			continue
		}
		if rewritten == body {
			t.Errorf("%s: nothing to rewrite", program)
		}
		if strings.Count(rewritten, "\n") != strings.Count(body, "\n") {
			t.Errorf("%s: lines moved", program)
		}
		got, want := strings.Split(evaluate(t, rewritten), "\n"), strings.Split(evaluate(t, body), "\n")
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Errorf("%s: the rewritten program prints\n%s\nand the original\n%s", program, strings.Join(got[min(i, len(got)):], "\n"), strings.Join(want[min(i, len(want)):], "\n"))
				break
			}
		}
	}
}

// The engine's own modules, which are a fair sample of the language, still
// compile.
func TestRewrittenCompiles(t *testing.T) {
	modules, err := filepath.Glob("../node/*.js")
	if err != nil || len(modules) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	e, err := engine.New(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for _, module := range modules {
		source, err := os.ReadFile(module)
		if err != nil {
			t.Fatal(err)
		}
		body := "(function () {" + string(source) + "\n})"
		rewritten, _, err := guard.Rewrite(body)
		if err != nil {
			t.Errorf("%s: %v", module, err)
			continue
		}
		if _, err := e.Compile(module, rewritten); err != nil {
			t.Errorf("%s: %v", module, err)
		}
	}
}

// An error in a rewritten program is found where it was made.
func TestErrorPosition(t *testing.T) {
	const source = "globalThis.main = () => {\n  const a = { b: 1 }; const c = a.b === a.b && a.b - 1 === 0 && new Error(a.x.y);\n};"
	rewritten, m, err := guard.Rewrite(source)
	if err != nil {
		t.Fatal(err)
	}
	position := func(source string) (int, int) {
		e, err := engine.New(engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		if err := e.Eval("helpers.js", plain); err != nil {
			t.Fatal(err)
		}
		if err := e.Eval("test.js", source); err != nil {
			t.Fatal(err)
		}
		_, err = e.Call("main", "")
		var js *engine.Error
		if !errors.As(err, &js) || js.Stack[0].File != "test.js" {
			t.Fatalf("got %v", err)
		}
		return js.Stack[0].Line, js.Stack[0].Column
	}
	line, column := position(source)
	gotLine, gotColumn := m.Original(position(rewritten))
	if gotLine != line || gotColumn != column {
		t.Errorf("%d:%d, want %d:%d", gotLine, gotColumn, line, column)
	}
}

func FuzzRewrite(f *testing.F) {
	for _, seed := range []string{
		"a === b", "a?.b.length", "`${a}`", "x = /a/g", "(a, b) => a - b", "class A { #b = 1; static { } }", "for (const a of b) {}", "switch (a) { case 1: }",
		"({ a, [b]: c, get d() { return 1 } })", "async function* f() { yield* g() }", "a -= b", "label: for (;;) break label", "new a.b(c)", "if (a) b\nelse c",
	} {
		f.Add(seed)
	}
	e, err := engine.New(engine.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if strings.ContainsRune(source, 0) || !utf8.ValidString(source) {
			return
		}
		got, m, err := guard.Rewrite(source)
		if err != nil {
			return
		}
		if strings.Count(got, "\n") != strings.Count(source, "\n") {
			t.Fatalf("lines moved: %q", got)
		}
		m.Original(1, 5)
		// What compiled still does.
		if _, err := e.Compile("f.js", "async function f() {"+source+"\n}"); err != nil {
			return
		}
		if _, err := e.Compile("f.js", "async function f() {"+got+"\n}"); err != nil {
			t.Fatalf("%q became %q: %v", source, got, err)
		}
	})
}

func BenchmarkRewrite(b *testing.B) {
	var source strings.Builder
	modules, _ := filepath.Glob("../node/*.js")
	for _, module := range modules {
		text, err := os.ReadFile(module)
		if err != nil {
			b.Fatal(err)
		}
		if source.Len() < 50_000 {
			source.WriteString("(function () {" + string(text) + "\n});\n")
		}
	}
	b.SetBytes(int64(source.Len()))
	for b.Loop() {
		if _, _, err := guard.Rewrite(source.String()); err != nil {
			b.Fatal(err)
		}
	}
}
