import { bundle } from "../stacks/bundle.ts";
import { entriesOf } from "../stacks/entries.ts";
const want = process.argv[2];
const b = await bundle("/work/main", entriesOf("/work/main").find((e)=>e.path===want)!, "/tmp/bn");
const sizes: Record<string, number> = {};
for (const o of Object.values(b.metafile.outputs)) for (const [f,{bytesInOutput}] of Object.entries(o.inputs)) { const k=f.replace(/^.*node_modules\/((@[^/]+\/)?[^/]+).*$/,"$1"); sizes[k]=(sizes[k]??0)+bytesInOutput; }
console.log(Object.entries(sizes).sort((a,b)=>b[1]-a[1]).slice(0,30).map(([f,n])=>`${n} ${f}`).join("\n"));
