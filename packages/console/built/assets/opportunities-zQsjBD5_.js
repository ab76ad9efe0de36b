var e=[`/crm/assets/board-4e5N-JRU.webp`],t=[{tag:`h1`,attributes:{},children:[`Move opportunities`]},`
`,{tag:`p`,attributes:{},children:[`An opportunity is a possible sale with an amount, a stage and a close date.`]},`
`,{tag:`h2`,attributes:{},children:[`Use the board`]},`
`,{tag:`p`,attributes:{},children:[`Drag a card to another stage. The console asks for what the stage needs, such as a reason. With keys: `,{tag:`code`,attributes:{},children:[`m`]},` opens the menu of a card.`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The board of opportunities`},children:[]}]},`
`,{tag:`h2`,attributes:{},children:[`Plan the next step`]},`
`,{tag:`p`,attributes:{},children:[`A card without a next activity says so. Add one from the menu of the card, or on the page of the opportunity.`]},`
`,{tag:`h2`,attributes:{},children:[`Win or lose`]},`
`,{tag:`p`,attributes:{},children:[`Move the card to the last stage. Say the reason and, for a lost one, the competitor. `,{tag:`strong`,attributes:{},children:[`Won`]},` and `,{tag:`strong`,attributes:{},children:[`Lost`]},` list them by period.`]},`
`];export{t as content,e as pictures};