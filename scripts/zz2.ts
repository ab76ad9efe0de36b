import { basename } from "node:path";
import { bundle } from "../stacks/bundle.ts";
import { entriesOf } from "../stacks/entries.ts";
const want = process.argv[2];
const b = await bundle("/work/main", entriesOf("/work/main").find((e)=>e.path===want)!, "/tmp/bn");
const o=b.metafile.outputs; const r=new Set<string>(); const reach=(f:string)=>{ if(r.has(f)||!o[f])return; r.add(f); for(const {path,kind} of o[f].imports) if(kind==="import-statement") reach(path)}; for (const f of Object.keys(o)) if(basename(f)==="index.mjs") reach(f);
const sizes: Record<string, number> = {};
for (const f of r) for (const [i,{bytesInOutput}] of Object.entries(o[f]!.inputs)) { const k=i.replace(/^.*node_modules\/((@[^/]+\/)?[^/]+).*$/,"$1"); sizes[k]=(sizes[k]??0)+bytesInOutput; }
console.log("AT START", [...r].reduce((s,f)=>s+o[f]!.bytes,0));
console.log(Object.entries(sizes).sort((a,b)=>b[1]-a[1]).slice(0,400).map(([f,n])=>`${n} ${f}`).join("\n"));
const inputs=b.metafile.inputs;
const importers=(t:string)=>Object.entries(inputs).filter(([,v])=>v.imports.some(i=>i.path.endsWith(t))).map(([k,v])=>k+" "+v.imports.filter(i=>i.path.endsWith(t)).map(i=>i.kind));
for (const t of process.argv.slice(3)) console.log("IMPORTERS of",t, importers(t));
for (const f of r) console.log(basename(f), o[f]!.bytes, Object.keys(o[f]!.inputs).filter(i=>i.startsWith("packages")).map(i=>i.replace("packages/core/src/","")).join(" ").slice(0,700), "IMPORTS", o[f]!.imports.map(i=>basename(i.path)+(i.kind==="import-statement"?"":"~")).join(" "));
