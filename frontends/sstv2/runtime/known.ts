// A stand-in for a part of the CDK is used where the text of that part is known.
// The versions are those of which the digests were taken: others have the same
// text. They are of versions that SST has asked for, from 2.84.0 on.
import path from "path";
import { ask } from "./constructs/library.js";

declare const require: { resolve(name: string): string };

/** A Part is a file of the CDK's, or what is in it from one text to another, and the digests of what it may be. */
interface Part {
  file: string;
  from?: string;
  to?: string;
  digests: string[];
}

const parts: Record<string, Part[]> = {
  resolution: [
    {
      file: "private/resolve.js",
      digests: [
        "c36fb99899cacfb0cc3e35da4c55a8f73b332ab74cd373f90b23ebaed1db6b37", // 2.84.0, 2.95.1
        "b9cc71d9da3f9ad136a846a59a5e96ecfc731d2c2d89b3e10d145bdbe5dc5b99", // 2.110.1 to 2.161.1
        "53562c7e9e04c73dd5b737868e3029fe661335fa0b54ffb94d3784c819f2936e", // 2.171.1, 2.179.0
        "864f2795a720bd1ebcdf7ceccc55178e2fb32b224b23d3ef66e36e169811598c", // 2.201.0
        "8b23898e5f6c6a57185f2fcb55db83af8871d32967e8efddb29365d6187b1d93", // 2.224.0
      ],
    },
    {
      file: "private/encoding.js",
      digests: [
        "0d3b61acbd9940bf1e458b8fe079964b6d442180dfea95672cad2cd093c5e62e", // 2.84.0, 2.95.1
        "a6399e81e88c46aa20cc6f5821758c318ac2777fb94e79cf9f59562167780e76", // 2.110.1 to 2.161.1
        "9f9b9b5e265d0c661afda31977b4ded3333e8fffe7725142912071d181a9e151", // 2.171.1, 2.179.0
        "1034c8d55a522be5a722b1b8b34ef72d369a9e20aab5d6c77f1603b0d806785c", // 2.201.0
        "b43068b9bec72fdc391d00f918f227b2d9382048f3ddf9c7ef79d57dfb4d6ad0", // 2.224.0
      ],
    },
    {
      file: "resolvable.js", from: "resolveToken(t,", to: ".firstValue",
      digests: [
        "732f1653c622a04842b9910360c26a5885ac9d09737a03bae0802d1939191520", // 2.84.0, 2.95.1
        "d8105fe0b41d3af94114d4bcd6270326d2f2a51787a662c54f84ee2f4a79ae57", // 2.110.1 to 2.179.0
        "eec432ae7f87ea50c169ee4ab41fa11709c3c1af4f4bfb108dbc342f859b4242", // 2.201.0, 2.224.0
      ],
    },
    {
      file: "private/intrinsic.js", from: "resolve(_context){", to: "toString(){",
      digests: [
        "0459ccbc6733dc4b644de06a2611bc8649ef8f529e3bdaf0a5fc09e1aec2c862", // 2.84.0, 2.95.1
        "4555f7a348323d0e5fd11739e698a48a64538c22b8d4c59db0166dac7dc418f5", // 2.110.1 to 2.224.0
      ],
    },
    {
      file: "util.js", from: "class PostResolveToken", to: "exports.PostResolveToken=",
      digests: [
        "bc9eb0a1555d576efdea0a03b87b5a004cf858e626b89d0205e93e2211e8cda0", // 2.84.0, 2.95.1
        "2992e917ac610a81d9cd985e840426eeb996fe482dc087a115939fb5e02e6c75", // 2.110.1 to 2.201.0
        "3e9ab6ce60001b1f091ba7ff5da5dde24341613248cdce97d5ea5b7d3b7abb46", // 2.224.0
      ],
    },
    {
      file: "private/cfn-reference.js", from: "static for(", to: "hasValueForStack(",
      digests: [
        "d099c41f4581067daf16c5628cfdf7ca4a21310a66bb424543d8aee824ade705", // 2.84.0, 2.95.1
        "7a3cd8526a23c36c030a5729692e989b140014d9363df18a67461d8db489cf23", // 2.110.1 to 2.201.0
        "52bb32e2a4c3cae30c3201ca6f9bef5f231d2f17888c8f3d4eeddaa69353cf7b", // 2.224.0
      ],
    },
    {
      file: "cfn-resource.js", from: "_toCloudFormation(){", to: "get cfnProperties()",
      digests: [
        "c89caaafe6afacfa1a18f81430743132d11e5348bbbc5cfee22f7d4e4b074ebf", // 2.84.0, 2.95.1
        "37e7ec852dffd7ed569168a9ae0be1f83d5996f67d964b632ec02d431fcdb3b4", // 2.110.1 to 2.224.0
      ],
    },
    {
      file: "private/refs.js", from: "function findAllReferences(", to: "function createImportValue",
      digests: [
        "07397ac4181c37e7c7142312ccc44fe4b07415f2b02e1733ca3ad117af914bfe", // 2.84.0, 2.95.1
        "d0b33cba4481b85ad27b909b1f0562bde649e4b5b6441f9991237aa3736ac794", // 2.110.1 to 2.224.0
      ],
    },
  ],
  logicalIds: [
    {
      file: "stack.js", from: "allocateLogicalId(cfnElement){", to: "_validateId(",
      digests: [
        "f55cc61ad880f11d9bd7c05d22d92ce68613adf164d42b110ab3342d6c1a483a", // 2.84.0, 2.95.1
        "fb7bf056c4b2b03fda9708f173e9cc14b10c054e78a3d82337f4ffd42d0e3e74", // 2.110.1 to 2.224.0
      ],
    },
  ],
  injectors: [
    {
      file: "prop-injectors-helpers.js",
      digests: [
        "9933056a94d71ef7b729c02bdbca9628d3f7f914b9786dfb0efe6e27cd457e85", // 2.201.0, 2.224.0
      ],
    },
  ],
};

/** isKnown is true where the CDK's text is one that is known in all parts of a name. */
export function isKnown(name: string): boolean {
  const lib = path.join(path.dirname(require.resolve("aws-cdk-lib/package.json")), "core/lib");
  return parts[name].every(({ file, from, to, digests }) => digests.includes(ask("digest", { file: path.join(lib, file), from, to })));
}
