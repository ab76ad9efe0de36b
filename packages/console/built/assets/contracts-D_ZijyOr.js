var e=[],t=[{tag:`h1`,attributes:{},children:[`From contract to payment`]},`
`,{tag:`h2`,attributes:{},children:[`Contract`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Open an accepted quote, and press `,{tag:`strong`,attributes:{},children:[`Create contract`]},`.`]},`
`,{tag:`li`,attributes:{},children:[`Check terms and deliverables.`]},`
`,{tag:`li`,attributes:{},children:[`Submit it for approval if your rules ask for it.`]},`
`,{tag:`li`,attributes:{},children:[`Send it for signature. Each signer gets a link and a code.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[`To change a signed contract, create an amendment. `,{tag:`strong`,attributes:{},children:[`Renewals`]},` lists contracts that end soon.`]},`
`,{tag:`h2`,attributes:{},children:[`Order and invoice`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Create the order from the quote or the contract, and confirm it.`]},`
`,{tag:`li`,attributes:{},children:[`Record deliveries as they happen.`]},`
`,{tag:`li`,attributes:{},children:[`Create the invoice, issue it, and send it.`]},`
`,{tag:`li`,attributes:{},children:[`Record the payment. Parts of an amount are fine.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[`The order shows what is open, and the customer shows what is overdue.`]},`
`];export{t as content,e as pictures};