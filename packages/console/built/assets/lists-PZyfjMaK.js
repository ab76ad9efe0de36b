var e=[`/crm/assets/list-CE7NJKdD.webp`],t=[{tag:`h1`,attributes:{},children:[`Use lists`]},`
`,{tag:`h2`,attributes:{},children:[`Filter and sort`]},`
`,{tag:`p`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`Filters`]},`, choose a field and a value. Press a column's head to sort. The address holds both, so you can share it.`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`A list of leads with a filter`},children:[]}]},`
`,{tag:`h2`,attributes:{},children:[`Save a view`]},`
`,{tag:`p`,attributes:{},children:[`Save filters, columns and order as a view. Pin it as a tab, or share it with your team.`]},`
`,{tag:`h2`,attributes:{},children:[`Change cells`]},`
`,{tag:`p`,attributes:{},children:[`Move to a cell with the arrows, press `,{tag:`code`,attributes:{},children:[`e`]},`, type, press Enter. Select several rows with Shift.`]},`
`,{tag:`h2`,attributes:{},children:[`Change many records`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Select rows, or all that match.`]},`
`,{tag:`li`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`Edit fields`]},`, choose the field and the value.`]},`
`,{tag:`li`,attributes:{},children:[`Check the preview, and confirm.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Undo`]},` takes it back.`]},`
`];export{t as content,e as pictures};