var e=[`/crm/assets/tickets-C2icvyS4.webp`],t=[{tag:`h1`,attributes:{},children:[`Answer tickets`]},`
`,{tag:`h2`,attributes:{},children:[`Use the queue`]},`
`,{tag:`p`,attributes:{},children:[`The queue begins with the ticket that is due first. Each row says how much time is left. `,{tag:`code`,attributes:{},children:[`j`]},` and `,{tag:`code`,attributes:{},children:[`k`]},` open the next and the previous ticket.`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The desk of tickets`},children:[]}]},`
`,{tag:`p`,attributes:{},children:[`Beside the thread are the customer, contracts, orders and earlier tickets.`]},`
`,{tag:`h2`,attributes:{},children:[`Answer`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Write the answer, or press `,{tag:`code`,attributes:{},children:[`/`]},` for a macro. A macro can also change fields.`]},`
`,{tag:`li`,attributes:{},children:[`Attach files, or insert an article.`]},`
`,{tag:`li`,attributes:{},children:[`Send. If a colleague answered meanwhile, the console shows it first.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Internal note`]},` is seen by colleagues only. Type `,{tag:`code`,attributes:{},children:[`@`]},` to mention one.`]},`
`,{tag:`h2`,attributes:{},children:[`Merge and split`]},`
`,{tag:`ul`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Merge`]},`: search for the other ticket, compare both, confirm. The conversation has the messages of both.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Split`]},`: tick the messages that belong to another matter. They move to a new ticket.`]},`
`]},`
`,{tag:`h2`,attributes:{},children:[`Hand over`]},`
`,{tag:`p`,attributes:{},children:[`Open `,{tag:`strong`,attributes:{},children:[`Agents`]},`. Set yourself as away, and choose who takes your tickets.`]},`
`];export{t as content,e as pictures};