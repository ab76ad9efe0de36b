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
`,{tag:`h2`,attributes:{},children:[`What your customer sees`]},`
`,{tag:`p`,attributes:{},children:[`Each mail with an order or an invoice has a private link. The page shows what is open, until when, and how to pay. It has the language of your customer.`]},`
`,{tag:`ul`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Write your bank details into the footer of the letterhead, in `,{tag:`strong`,attributes:{},children:[`Settings`]},`. The page and the PDF show them.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`The customer's page`]},` beside the record says when the link was opened. Copy the link there, or press `,{tag:`strong`,attributes:{},children:[`Preview as customer`]},`. Your own preview does not count.`]},`
`,{tag:`li`,attributes:{},children:[`You get a notification when your customer opens the link for the first time.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Revoke the links`]},` in the menu closes the page. Sending again makes a new link.`]},`
`]},`
`];export{t as content,e as pictures};