const path = require("path");
const paths = ["", ".", "..", "/", "//", "///a", "/a", "/a/", "a", "a/", "a/b", "a//b", "a/./b", "a/../b", "../a", "../../a/..", "/../a", "/a/../../b", "./a", "a/..", "a/../..", "/a/b/c.txt", "c.tar.gz", ".bashrc", ".a.b", "a.", "..", "...", "a/.b/", "/a.b/c", "a b/c d", "é/ü.x", "file.", "/.x", "a/b/../..", "./", "./..", "/./a", "a/b/.", "a/b/.."];
for (const lib of [path.posix, path.win32]) {
  for (const p of [...paths, "C:", "C:\\", "C:a", "C:/a/../b", "\\a\\b", "\\\\host\\share\\x", "\\\\host\\share", "c:\\a\\..\\..\\b", "a\\b\\", "C:\\a.b\\", "//server/share/dir/../file"]) {
    console.log(JSON.stringify([p, lib.normalize(p), lib.dirname(p), lib.basename(p), lib.extname(p), lib.isAbsolute(p), lib.parse(p), lib.format(lib.parse(p))]));
  }
}
for (const a of paths) {
  for (const b of ["", "x", "../x", "/x", "./x/", ".."]) console.log(JSON.stringify([path.join(a, b), path.resolve("/base/dir", a, b), path.relative("/base/" + a, "/base/" + b)]));
}
for (const [a, b] of [["C:\\a\\b", "C:\\a\\c"], ["C:\\a", "D:\\a"], ["C:\\A\\b", "c:\\a\\B\\c"], ["C:\\", "C:\\x"], ["\\\\h\\s\\a", "\\\\h\\s\\b"]]) console.log(path.win32.relative(a, b), path.win32.join(a, b), path.win32.resolve(a, b));
console.log(path.basename("a.html", ".html"), path.basename("a.html", "html"), path.basename(".html", ".html"), path.basename("/a/b/", "b"), path.basename("aab", "ab"));
console.log(path.format({ dir: "/a", base: "b.c" }), path.format({ root: "/", name: "b", ext: ".c" }), path.format({ name: "x", ext: "y" }), path.format({ root: "/", dir: "/", base: "q" }));
console.log(path.sep, path.delimiter, path.win32.sep, path.win32.delimiter, path.posix === path, path.posix.win32 === path.win32);
for (const f of ["join", "normalize", "dirname", "isAbsolute", "extname", "basename", "parse"]) {
  for (const v of [1, null, undefined, {}, []]) {
    try { console.log(path[f](v)); } catch (e) { console.log(f, e.name, e.code, e.message); }
  }
}
