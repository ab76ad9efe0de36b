var e=[`/crm/assets/quote-DWR_Adc1.webp`],t=[{tag:`h1`,attributes:{},children:[`Make and send a quote`]},`
`,{tag:`h2`,attributes:{},children:[`Make it`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Open the opportunity, then `,{tag:`strong`,attributes:{},children:[`Quotes`]},`, then `,{tag:`strong`,attributes:{},children:[`New quote`]},`.`]},`
`,{tag:`li`,attributes:{},children:[`Add lines: type to find a product, or write a free text with a price.`]},`
`,{tag:`li`,attributes:{},children:[`Set discounts for a line or the whole quote. Totals follow at once.`]},`
`,{tag:`li`,attributes:{},children:[`Save.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The editor of a quote`},children:[]}]},`
`,{tag:`h2`,attributes:{},children:[`Have it approved`]},`
`,{tag:`p`,attributes:{},children:[`A discount above a limit needs approval. The page shows who must approve and why, before you submit it. You get a notification with the decision.`]},`
`,{tag:`h2`,attributes:{},children:[`Send it`]},`
`,{tag:`p`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`Send`]},`. The recipient, subject and message are filled in. Check the preview and the PDF, then send.`]},`
`,{tag:`p`,attributes:{},children:[`The customer gets a link. You see when the quote was opened, accepted or rejected. The timeline of the opportunity has it too.`]},`
`,{tag:`h2`,attributes:{},children:[`Change a sent quote`]},`
`,{tag:`p`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`Revise`]},`. The customer sees the new version at the same link.`]},`
`];export{t as content,e as pictures};