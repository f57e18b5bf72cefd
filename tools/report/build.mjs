// Bundles the report's script and style into two files: node build.mjs OUTPUT_FOLDER
import { build } from "esbuild";

await build({
  entryPoints: { report: "page/main.jsx" },
  outdir: process.argv[2],
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: "es2020",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "inline",
  logLevel: "warning",
});
