var e=[`/crm/assets/report-De-BBiv7.webp`],t=[{tag:`h1`,attributes:{},children:[`Build a report`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Open `,{tag:`strong`,attributes:{},children:[`Reports`]},`, then `,{tag:`strong`,attributes:{},children:[`New report`]},`.`]},`
`,{tag:`li`,attributes:{},children:[`Choose the records, such as opportunities.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Group by`]},` one or two fields, such as stage and owner.`]},`
`,{tag:`li`,attributes:{},children:[`Choose what to measure: a count, a sum, an average, or a share.`]},`
`,{tag:`li`,attributes:{},children:[`Choose a chart. Save.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The builder of reports`},children:[]}]},`
`,{tag:`p`,attributes:{},children:[`Every bar and number opens the records behind it. `,{tag:`strong`,attributes:{},children:[`Schedule`]},` mails the report, for example every Monday at eight. Put it on a dashboard from its menu.`]},`
`];export{t as content,e as pictures};