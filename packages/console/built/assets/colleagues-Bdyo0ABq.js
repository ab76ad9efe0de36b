var e=[],t=[{tag:`h1`,attributes:{},children:[`Invite colleagues`]},`
`,{tag:`p`,attributes:{},children:[`Only administrators can invite users.`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Open `,{tag:`strong`,attributes:{},children:[`Settings`]},`, then `,{tag:`strong`,attributes:{},children:[`Users`]},`.`]},`
`,{tag:`li`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`New user`]},`. Enter name, email address and role.`]},`
`,{tag:`li`,attributes:{},children:[`Save. Your colleague gets a mail with a link to choose a password.`]},`
`]},`
`,{tag:`h2`,attributes:{},children:[`Choose a role`]},`
`,{tag:`table`,attributes:{},children:[`
`,{tag:`thead`,attributes:{},children:[`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`th`,attributes:{},children:[`Role`]},`
`,{tag:`th`,attributes:{},children:[`Meant for`]},`
`]},`
`]},`
`,{tag:`tbody`,attributes:{},children:[`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[`Administrator`]},`
`,{tag:`td`,attributes:{},children:[`Settings, users and all records`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[`Director, manager`]},`
`,{tag:`td`,attributes:{},children:[`The team's records, approvals and forecasts`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[`Sales representative`]},`
`,{tag:`td`,attributes:{},children:[`Their own leads, opportunities and quotes`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[`Support agent`]},`
`,{tag:`td`,attributes:{},children:[`Tickets and the customers who wrote them`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[`Marketer`]},`
`,{tag:`td`,attributes:{},children:[`Campaigns, segments and the people they address`]},`
`]},`
`,{tag:`tr`,attributes:{},children:[`
`,{tag:`td`,attributes:{},children:[`Analyst`]},`
`,{tag:`td`,attributes:{},children:[`Reports and dashboards`]},`
`]},`
`]},`
`]},`
`,{tag:`p`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`View as role`]},` in your user menu shows what that role sees.`]},`
`,{tag:`h2`,attributes:{},children:[`When a colleague leaves`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Open the user, and press `,{tag:`strong`,attributes:{},children:[`Hand over`]},`.`]},`
`,{tag:`li`,attributes:{},children:[`Choose who takes the records.`]},`
`,{tag:`li`,attributes:{},children:[`Suspend the user. They can no longer sign in.`]},`
`]},`
`];export{t as content,e as pictures};