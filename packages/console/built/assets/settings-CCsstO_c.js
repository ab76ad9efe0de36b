var e=[],t=[{tag:`h1`,attributes:{},children:[`Fit the console to your work`]},`
`,{tag:`p`,attributes:{},children:[`Everything is in `,{tag:`strong`,attributes:{},children:[`Settings`]},`. Search finds a setting by its name.`]},`
`,{tag:`h2`,attributes:{},children:[`Stages and other lists`]},`
`,{tag:`p`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Lists of choices`]},` has stages, sources, statuses and reasons. Rename a value, add one, or retire one that is no longer used.`]},`
`,{tag:`h2`,attributes:{},children:[`Fields`]},`
`,{tag:`p`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Custom fields`]},` adds fields to leads, customers and other records. Choose the type: text, number, amount, date, choice or link. Add it as a column in the list.`]},`
`,{tag:`h2`,attributes:{},children:[`Layouts`]},`
`,{tag:`p`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Layouts`]},` decides which fields a role sees first. Other fields stay available on the page.`]},`
`,{tag:`h2`,attributes:{},children:[`Rules`]},`
`,{tag:`p`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Rules`]},` has assignment, scoring, approval and service levels. Test a rule with a record before you publish it.`]},`
`];export{t as content,e as pictures};