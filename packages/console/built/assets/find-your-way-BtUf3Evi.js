var e=[`/crm/assets/home-BBUMx5Fx.webp`],t=[{tag:`h1`,attributes:{},children:[`Find your way`]},`
`,{tag:`h2`,attributes:{},children:[`Home`]},`
`,{tag:`p`,attributes:{},children:[`Home shows what waits for you today: tasks, replies, approvals, and deals without a next step.`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The home page of a sales representative`},children:[]}]},`
`,{tag:`h2`,attributes:{},children:[`Menu`]},`
`,{tag:`p`,attributes:{},children:[`The menu has the pages of your role. Fold groups, or put entries in your own order. `,{tag:`strong`,attributes:{},children:[`All pages`]},` lists the rest.`]},`
`,{tag:`h2`,attributes:{},children:[`Search`]},`
`,{tag:`p`,attributes:{},children:[`Press `,{tag:`code`,attributes:{},children:[`Ctrl+K`]},`, or `,{tag:`code`,attributes:{},children:[`⌘K`]},` on a Mac. Type a name, an email address, or part of a phone number. The same box runs actions and opens pages.`]},`
`,{tag:`h2`,attributes:{},children:[`Keys`]},`
`,{tag:`table`,attributes:{},children:[`
`,{tag:`thead`,attributes:{},children:[`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`th`,attributes:{},children:[`Key`]},`
`,{tag:`th`,attributes:{},children:[`What it does`]},`
`]},`
`]},`
`,{tag:`tbody`,attributes:{},children:[`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[{tag:`code`,attributes:{},children:[`Ctrl+K`]}]},`
`,{tag:`td`,attributes:{},children:[`Search`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[{tag:`code`,attributes:{},children:[`c`]}]},`
`,{tag:`td`,attributes:{},children:[`Create a record`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[{tag:`code`,attributes:{},children:[`j`]},` and `,{tag:`code`,attributes:{},children:[`k`]}]},`
`,{tag:`td`,attributes:{},children:[`Next and previous row`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[{tag:`code`,attributes:{},children:[`Space`]}]},`
`,{tag:`td`,attributes:{},children:[`Show the record beside the list`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[{tag:`code`,attributes:{},children:[`x`]}]},`
`,{tag:`td`,attributes:{},children:[`Select the row`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[{tag:`code`,attributes:{},children:[`e`]}]},`
`,{tag:`td`,attributes:{},children:[`Edit the cell`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[{tag:`code`,attributes:{},children:[`?`]}]},`
`,{tag:`td`,attributes:{},children:[`Show all keys`]},`
`]},`
`]},`
`]},`
`,{tag:`h2`,attributes:{},children:[`Your settings`]},`
`,{tag:`p`,attributes:{},children:[`Open your user menu, then `,{tag:`strong`,attributes:{},children:[`Profile`]},`: language, time zone, density, dark mode, password, second factor and notifications.`]},`
`];export{t as content,e as pictures};