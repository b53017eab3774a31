package engine

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
	"modernc.org/quickjs"
)

// A native is the QuickJS context beneath a [quickjs.VM], for the four things
// that the wrapper does not offer: a file name for an evaluated unit, the
// original value of an exception, the promise rejection tracker, and bytes
// that cross as an ArrayBuffer.
//
// Values leave and enter through the property "value" of one object, the slot:
// the engine's values are reference counted, and a property takes and gives
// ownership in the same way on every platform.
type native struct {
	tls  *libc.TLS
	rt   uintptr // JSRuntime
	ctx  uintptr // JSContext
	slot lib.TJSValue
}

// newNative finds the context of vm. It reads unexported fields, which
// reflection permits and the pinned version of the wrapper guarantees: another
// version without them is an error here and not a crash later.
func newNative(vm *quickjs.VM) (native, error) {
	field := func(v reflect.Value, name string, kind reflect.Kind) (reflect.Value, error) {
		f := v.FieldByName(name)
		if !f.IsValid() || f.Kind() != kind {
			return f, fmt.Errorf("modernc.org/quickjs has no field %s of kind %s in %s", name, kind, v.Type())
		}
		return f, nil
	}
	var n native
	v := reflect.ValueOf(vm).Elem()
	ctx, err := field(v, "cContext", reflect.Uintptr)
	if err != nil {
		return n, err
	}
	rt, err := field(v, "runtime", reflect.Pointer)
	if err != nil {
		return n, err
	}
	crt, err := field(rt.Elem(), "cRuntime", reflect.Uintptr)
	if err != nil {
		return n, err
	}
	tls, err := field(rt.Elem(), "tls", reflect.Pointer)
	if err != nil {
		return n, err
	}
	if tls.Type() != reflect.TypeFor[*libc.TLS]() {
		return n, fmt.Errorf("modernc.org/quickjs keeps a %s where a *libc.TLS was", tls.Type())
	}
	return native{tls: (*libc.TLS)(tls.UnsafePointer()), rt: uintptr(crt.Uint()), ctx: uintptr(ctx.Uint())}, nil
}

var (
	slotC  = append([]byte(slotName), 0)
	valueC = []byte("value\x00")
)

// slotName is the global property in which the prelude finds the slot. It
// deletes it, so that no program gets hold of it.
const slotName = "__sstc_slot"

// pointer is for addresses in the engine's heap, which Go neither moves nor
// frees.
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// copyBytes copies out of the engine's heap.
func copyBytes(p uintptr, n int) []byte { return bytes.Clone(libc.GoBytes(p, n)) }

func cString(b []byte) uintptr { return uintptr(unsafe.Pointer(&b[0])) }

// makeSlot makes the slot and puts it into the global object.
func (n *native) makeSlot() {
	n.slot = lib.XJS_NewObject(n.tls, n.ctx)
	global := lib.XJS_GetGlobalObject(n.tls, n.ctx)
	lib.XJS_SetPropertyStr(n.tls, n.ctx, global, cString(slotC), lib.XDupValue(n.tls, n.ctx, n.slot))
	lib.XFreeValue(n.tls, n.ctx, global)
}

func (n *native) freeSlot() { lib.XFreeValue(n.tls, n.ctx, n.slot) }

// setSlot gives v away.
func (n native) setSlot(v lib.TJSValue) {
	lib.XJS_SetPropertyStr(n.tls, n.ctx, n.slot, cString(valueC), v)
}

// slotBytes returns a copy of the ArrayBuffer in the slot.
func (n native) slotBytes() []byte {
	v := lib.XJS_GetPropertyStr(n.tls, n.ctx, n.slot, cString(valueC))
	defer lib.XFreeValue(n.tls, n.ctx, v)
	const size = int(unsafe.Sizeof(libc.Tsize_t(0)))
	plen := n.tls.Alloc(size)
	defer n.tls.Free(size)
	p := lib.XJS_GetArrayBuffer(n.tls, n.ctx, plen, v)
	length := *(*libc.Tsize_t)(pointer(plen))
	if p == 0 || length == 0 {
		n.dropException()
		return nil
	}
	return copyBytes(p, int(length))
}

// setSlotBytes puts a copy of b into the slot as an ArrayBuffer.
func (n native) setSlotBytes(b []byte) error {
	p := libc.Xmalloc(n.tls, libc.Tsize_t(len(b)+1))
	if p == 0 {
		return errMemory
	}
	defer libc.Xfree(n.tls, p)
	copy(unsafe.Slice((*byte)(pointer(p)), len(b)+1), b)
	v := lib.XJS_NewArrayBufferCopy(n.tls, n.ctx, p, libc.Tsize_t(len(b)))
	if lib.XJS_HasException(n.tls, n.ctx) != 0 {
		n.dropException()
		return errMemory
	}
	n.setSlot(v)
	return nil
}

func (n native) dropException() {
	if lib.XJS_HasException(n.tls, n.ctx) != 0 {
		lib.XFreeValue(n.tls, n.ctx, lib.XJS_GetException(n.tls, n.ctx))
	}
}

// finish puts the outcome of an evaluation into the slot: its value, or what
// it threw. It reports whether it threw.
func (n native) finish(v lib.TJSValue) (threw bool) {
	if lib.XJS_HasException(n.tls, n.ctx) != 0 {
		lib.XFreeValue(n.tls, n.ctx, v)
		v = lib.XJS_GetException(n.tls, n.ctx)
		// The host call that is under way throws it again if it was an
		// interrupt, and that must not outlive the interrupt.
		lib.XJS_SetUncatchableException(n.tls, n.ctx, 0)
		threw = true
	}
	n.setSlot(v)
	return threw
}

// compile compiles a script. The value is code to be given to
// [native.run] or [native.write], or an exception is pending.
func (n native) compile(name, source string) (code lib.TJSValue, err error) {
	src, err := libc.CString(source)
	if err != nil {
		return code, errMemory
	}
	defer libc.Xfree(n.tls, src)
	file, err := libc.CString(name)
	if err != nil {
		return code, errMemory
	}
	defer libc.Xfree(n.tls, file)
	return lib.XJS_Eval(n.tls, n.ctx, src, libc.Tsize_t(len(source)), file, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY), nil
}

// bytecodeVersion names what bytecode depends on.
var bytecodeVersion = fmt.Sprintf("quickjs %s, bytecode %d, %d atoms, %d opcodes", quickjs.Version(), lib.MBC_VERSION, lib.EJS_ATOM_END, lib.EOP_COUNT)

// strip has scripts compiled without some of what is kept for debugging: their
// text, for Function.prototype.toString, and names and lines, for frames.
func (n native) strip(flags int32) { lib.XJS_SetStripInfo(n.tls, n.rt, flags) }

// eval compiles and runs a script, and leaves the outcome in the slot.
func (n native) eval(name, source string) (threw bool, err error) {
	code, err := n.compile(name, source)
	if err != nil {
		return false, err
	}
	return n.run(code), nil
}

// evalBytecode runs the outcome of [native.write], and leaves the outcome in
// the slot.
func (n native) evalBytecode(bytecode []byte) (threw bool) { return n.run(n.read(bytecode)) }

// run runs compiled code, which it consumes, and leaves the outcome in the slot.
func (n native) run(code lib.TJSValue) (threw bool) {
	if lib.XJS_HasException(n.tls, n.ctx) != 0 {
		return n.finish(code)
	}
	return n.finish(lib.XJS_EvalFunction(n.tls, n.ctx, code))
}

// write serialises compiled code. It returns nil, and leaves the exception in
// the slot, if the compilation had failed.
func (n native) write(code lib.TJSValue) []byte {
	if lib.XJS_HasException(n.tls, n.ctx) != 0 {
		n.finish(code)
		return nil
	}
	defer lib.XFreeValue(n.tls, n.ctx, code)
	const size = int(unsafe.Sizeof(libc.Tsize_t(0)))
	plen := n.tls.Alloc(size)
	defer n.tls.Free(size)
	p := lib.XJS_WriteObject(n.tls, n.ctx, plen, code, lib.MJS_WRITE_OBJ_BYTECODE)
	if p == 0 {
		n.setSlot(lib.XJS_GetException(n.tls, n.ctx))
		return nil
	}
	defer lib.Xjs_free(n.tls, n.ctx, p)
	return copyBytes(p, int(*(*libc.Tsize_t)(pointer(plen))))
}

// read is the inverse of [native.write]. It does not keep the bytecode.
func (n native) read(bytecode []byte) lib.TJSValue {
	if len(bytecode) == 0 {
		bytecode = []byte{0} // is no bytecode either
	}
	code := lib.XJS_ReadObject(n.tls, n.ctx, cString(bytecode), lib.Tsize_t(len(bytecode)), lib.MJS_READ_OBJ_BYTECODE)
	runtime.KeepAlive(bytecode)
	return code
}

// A rejection is a promise that was rejected while nothing listened.
type rejection struct{ promise, reason lib.TJSValue }

// trackRejections makes QuickJS report rejections to the engine whose context
// this is. The report may come at any depth of JavaScript, so that all it does
// is to note the promise down.
func (n native) trackRejections() {
	type iface [2]uintptr
	var f any = rejectionTracker
	lib.XJS_SetHostPromiseRejectionTracker(n.tls, n.rt, (*iface)(unsafe.Pointer(&f))[1], 0)
}

func rejectionTracker(tls *libc.TLS, ctx uintptr, promise, reason lib.TJSValue, handled lib.TBOOL, _ uintptr) {
	v, ok := engines.Load(ctx)
	if !ok {
		return
	}
	e := v.(*Engine)
	if handled == 0 {
		e.rejections = append(e.rejections, rejection{lib.XDupValue(tls, ctx, promise), lib.XDupValue(tls, ctx, reason)})
		return
	}
	for i, r := range e.rejections {
		if r.promise == promise {
			e.rejections = append(e.rejections[:i], e.rejections[i+1:]...)
			lib.XFreeValue(tls, ctx, r.promise)
			lib.XFreeValue(tls, ctx, r.reason)
			return
		}
	}
}

// takeRejection moves the reason of the oldest unhandled rejection into the
// slot.
func (n native) takeRejection(r rejection) {
	lib.XFreeValue(n.tls, n.ctx, r.promise)
	n.setSlot(r.reason)
}

func (n native) dropRejection(r rejection) {
	lib.XFreeValue(n.tls, n.ctx, r.promise)
	lib.XFreeValue(n.tls, n.ctx, r.reason)
}
