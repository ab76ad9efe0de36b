var e=[],t=[{tag:`h1`,attributes:{},children:[`Set up your company`]},`
`,{tag:`p`,attributes:{},children:[`You need the address of your server and five minutes.`]},`
`,{tag:`h2`,attributes:{},children:[`Sign up`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Open the address in a browser. A new server shows `,{tag:`strong`,attributes:{},children:[`Create your company`]},`.`]},`
`,{tag:`li`,attributes:{},children:[`Enter the company, your name, your email address and a password.`]},`
`,{tag:`li`,attributes:{},children:[`Check country, currency and time zone. They are suggested from your browser.`]},`
`,{tag:`li`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`Create company`]},`. You are signed in as the administrator.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[`On a deployed server, an operator gives you a link that works once.`]},`
`,{tag:`h2`,attributes:{},children:[`Take the first steps`]},`
`,{tag:`p`,attributes:{},children:[`The home page shows what is left to do. Each step opens where you need it.`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Company`]},`: name, time zone and color. Customers see them on quotes, pages and mails.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Colleagues`]},`: each gets a mail with a link. See `,{tag:`a`,attributes:{href:`/crm/guide/colleagues`},children:[`Invite colleagues`]},`.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Records`]},`: import a file, or try sample data. See `,{tag:`a`,attributes:{href:`/crm/guide/import`},children:[`Bring in your records`]},`.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Stages`]},`: rename them, add one, and set its probability.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Channels`]},`: the mailbox and the number from which you write to customers.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Sign-in`]},`: protect your account with a second factor.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[`You can close the list and open the same pages in `,{tag:`strong`,attributes:{},children:[`Settings`]},` later.`]},`
`,{tag:`h2`,attributes:{},children:[`Where no mail can leave`]},`
`,{tag:`p`,attributes:{},children:[`A server on a laptop sends no mail. Its operator finds the mails in the local mailbox.`]},`
`];export{t as content,e as pictures};