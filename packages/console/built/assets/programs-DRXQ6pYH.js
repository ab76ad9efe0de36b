var e=[],t=[{tag:`h1`,attributes:{},children:[`Connect programs`]},`
`,{tag:`p`,attributes:{},children:[`Administrators find these in `,{tag:`strong`,attributes:{},children:[`Settings`]},`.`]},`
`,{tag:`ul`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`API keys`]},`: a key for a program, with the rights of a role. The key is shown once.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Webhooks`]},`: the server calls your address for each event. Failed deliveries can be sent again.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Exports`]},`: any list as a file, once or on a schedule.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Audit trail`]},`: who changed what and when, with the values before and after.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[`The API documentation is in the help menu. Every operation can be tried there.`]},`
`];export{t as content,e as pictures};