// Builds the desk into one folder: the files below site/, and pages.cc, which earshotd is built with.
//   node build.mjs OUT     (OUT/node_modules has what package-lock.json says; tools/build_desk sees to it)
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const MOST_COMPRESSED = 150 * 1024; // of all files together
const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? "../../build/desk");
const esbuild = createRequire(join(out, "package.json"))("esbuild");

const TYPES = {
  html: "text/html;charset=UTF-8",
  js: "text/javascript;charset=UTF-8",
  css: "text/css;charset=UTF-8",
  svg: "image/svg+xml",
};

async function bundle() {
  const built = await esbuild.build({
    absWorkingDir: here,
    entryPoints: { desk: "src/main.tsx", style: "src/desk.css" },
    entryNames: "[name]-[hash]",
    outdir: join(out, "site"),
    nodePaths: [join(out, "node_modules")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["es2021", "chrome100", "firefox100", "safari15"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "warning",
  });
  return built.outputFiles.map((file) => ({ path: file.path.slice(join(out, "site").length), contents: Buffer.from(file.contents) }));
}

function page(files) {
  const named = (ending) => files.find((file) => file.path.endsWith(ending)).path;
  return Buffer.from(
    readFileSync(join(here, "src/index.html"), "utf8").replace("{style}", named(".css")).replace("{script}", named(".js")),
  );
}

// Octets as C++ string literals, of which some compilers take 64 KiB each at most.
function literal(octets) {
  const lines = [];
  for (let at = 0; at < octets.length; at += 64) {
    let text = "";
    for (const octet of octets.subarray(at, at + 64)) {
      const plain = octet >= 0x20 && octet < 0x7f && !'"\\?'.includes(String.fromCharCode(octet));
      text += plain ? String.fromCharCode(octet) : `\\${octet.toString(8).padStart(3, "0")}`;
    }
    lines.push(`    "${text}"`);
  }
  return lines.length ? lines.join("\n") : '    ""';
}

function sourceOf(files) {
  const texts = files.map(
    (file, at) =>
      `constexpr std::string_view kPlain${at}{\n${literal(file.contents)},\n    ${file.contents.length}};\n` +
      `constexpr std::string_view kCompressed${at}{\n${literal(file.compressed)},\n    ${file.compressed.length}};\n`,
  );
  const rows = files.flatMap((file, at) =>
    file.paths.map(
      (path) => `    {"${path}", "${file.type}", "\\"${file.hash}\\"", ${file.immutable}, kPlain${at}, kCompressed${at}},`,
    ),
  );
  return `// Made by web/desk/build.mjs.
#include "edge/desk/page.h"

namespace earshot::desk {
namespace {

${texts.join("\n")}
constexpr Page kPages[] = {
${rows.join("\n")}
};

}  // namespace

std::span<const Page> built_pages() { return kPages; }

}  // namespace earshot::desk
`;
}

const bundled = await bundle();
const { views } = JSON.parse(readFileSync(join(here, "src/views.json"), "utf8"));
const files = [
  { paths: views, name: "index.html", contents: page(bundled), immutable: false },
  { paths: ["/icon.svg"], name: "icon.svg", contents: readFileSync(join(here, "src/icon.svg")), immutable: false },
  ...bundled.map((file) => ({ paths: [file.path], name: file.path.slice(1), contents: file.contents, immutable: true })),
];
rmSync(join(out, "site"), { recursive: true, force: true });
mkdirSync(join(out, "site"), { recursive: true });
let total = 0;
for (const file of files) {
  file.compressed = gzipSync(file.contents, { level: 9 });
  file.hash = createHash("sha256").update(file.contents).digest("hex").slice(0, 16);
  file.type = TYPES[file.name.split(".").pop()];
  total += file.compressed.length;
  writeFileSync(join(out, "site", file.name), file.contents);
}
console.log(`the desk: ${total} bytes compressed, ${files.map((file) => `${file.name} ${file.compressed.length}`).join(", ")}`);
if (total > MOST_COMPRESSED) {
  console.error(`the desk is larger than ${MOST_COMPRESSED} bytes`);
  process.exit(1);
}
writeFileSync(join(out, "pages.cc"), sourceOf(files));
