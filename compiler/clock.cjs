// Makes the clock of a Node program stand still, for a site's build.
const now = Number(process.env.SSTC_CLOCK);
const Real = Date;

function Fixed(...args) {
  if (!new.target) return new Real(now).toString();
  return Reflect.construct(Real, args.length ? args : [now], new.target);
}
Object.setPrototypeOf(Fixed, Real);
Fixed.prototype = Real.prototype;
Fixed.now = () => now;
Object.defineProperty(Real.prototype, "constructor", { value: Fixed, writable: true, configurable: true });
globalThis.Date = Fixed;
