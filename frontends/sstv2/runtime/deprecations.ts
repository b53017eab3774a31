// Stands for the module .warnings.jsii.js of the CDK and of other packages that
// jsii has compiled. It has a function for each type, thousands of them, which
// warns where a value of the type has something deprecated; that is turned off,
// as SST turns it off (JSII_DEPRECATED=quiet), and what is left is its size: it
// is half of all the code that an app loads.
declare const module: { exports: unknown };

const nothing = () => {};

const checks = {
  print: nothing,
  getPropertyDescriptor(object: object | null, name: string): PropertyDescriptor {
    for (; object; object = Object.getPrototypeOf(object)) {
      const descriptor = Object.getOwnPropertyDescriptor(object, name);
      if (descriptor) return descriptor;
    }
    return {};
  },
  DeprecationError: class DeprecationError extends Error {},
};

// A check is a property of its own once it has been asked for.
module.exports = Object.setPrototypeOf(checks, new Proxy({}, {
  get(_, name, receiver) {
    Object.defineProperty(receiver, name, { value: nothing });
    return nothing;
  },
}));
