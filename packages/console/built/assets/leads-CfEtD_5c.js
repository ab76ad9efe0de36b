var e=[`/crm/assets/lead-CgVDxR3d.webp`,`/crm/assets/convert-BBDCRSa9.webp`],t=[{tag:`h1`,attributes:{},children:[`Work your leads`]},`
`,{tag:`p`,attributes:{},children:[`A lead is a person or company that may buy.`]},`
`,{tag:`h2`,attributes:{},children:[`Create a lead`]},`
`,{tag:`p`,attributes:{},children:[`Press `,{tag:`code`,attributes:{},children:[`c`]},`, or `,{tag:`strong`,attributes:{},children:[`New lead`]},`. Name and one way to reach the lead are enough.`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The page of a lead`},children:[]}]},`
`,{tag:`h2`,attributes:{},children:[`Call, write, meet`]},`
`,{tag:`p`,attributes:{},children:[`Use the box above the timeline. `,{tag:`strong`,attributes:{},children:[`Call`]},` logs the outcome and plans the follow-up in one step. `,{tag:`strong`,attributes:{},children:[`Task`]},` and `,{tag:`strong`,attributes:{},children:[`Meeting`]},` plan what comes next.`]},`
`,{tag:`h2`,attributes:{},children:[`Qualify`]},`
`,{tag:`p`,attributes:{},children:[`Set the status at the top of the page, or in the list with `,{tag:`code`,attributes:{},children:[`e`]},`. The score shows how well the lead fits, and which rules gave it points.`]},`
`,{tag:`h2`,attributes:{},children:[`Convert`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`Convert`]},`.`]},`
`,{tag:`li`,attributes:{},children:[`Read what will be made: the customer, the contact and the opportunity. You can change each.`]},`
`,{tag:`li`,attributes:{},children:[`Fill in what is missing, and confirm.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`1`,alt:`The dialog that converts a lead`},children:[]}]},`
`,{tag:`p`,attributes:{},children:[`The lead then shows links to all three. If a rule refuses the conversion, the dialog says what would pass.`]},`
`];export{t as content,e as pictures};