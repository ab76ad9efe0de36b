var e=[`/crm/assets/workflow-DcnuyMgA.webp`],t=[{tag:`h1`,attributes:{},children:[`Automate work`]},`
`,{tag:`p`,attributes:{},children:[`A workflow does its steps for each record that meets its trigger.`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Open `,{tag:`strong`,attributes:{},children:[`Workflows`]},`, and choose a template or an empty one.`]},`
`,{tag:`li`,attributes:{},children:[`Choose the trigger: a change, a date, a form, or a webhook.`]},`
`,{tag:`li`,attributes:{},children:[`Add steps: wait, change fields, create a task, send a mail, branch.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Test`]},` shows what would happen with a record. Nothing is changed.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Publish`]},`. Records that enter from now on follow these steps.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The steps of a workflow`},children:[]}]},`
`,{tag:`p`,attributes:{},children:[`You can edit a published workflow. Records follow the published version until you publish again.`]},`
`];export{t as content,e as pictures};