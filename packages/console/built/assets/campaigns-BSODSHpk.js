var e=[`/crm/assets/campaign-l220RRQe.webp`],t=[{tag:`h1`,attributes:{},children:[`Send a campaign`]},`
`,{tag:`h2`,attributes:{},children:[`Choose people`]},`
`,{tag:`p`,attributes:{},children:[`A segment is a list that follows its conditions, such as industry or last contact. A contact list is fixed. Both count members while you build them.`]},`
`,{tag:`h2`,attributes:{},children:[`Write and send`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Create a campaign, and add members.`]},`
`,{tag:`li`,attributes:{},children:[`Open `,{tag:`strong`,attributes:{},children:[`Sends`]},`, then `,{tag:`strong`,attributes:{},children:[`New email`]},`.`]},`
`,{tag:`li`,attributes:{},children:[`Choose a template, or build the mail from blocks. Preview it as a member would get it.`]},`
`,{tag:`li`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`Check`]},`. Send a test to yourself.`]},`
`,{tag:`li`,attributes:{},children:[`Send now, or choose a time.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The sends of a campaign`},children:[]}]},`
`,{tag:`h2`,attributes:{},children:[`Test two versions`]},`
`,{tag:`p`,attributes:{},children:[`Add a second version, and set the share of people who get the test. The better one goes to all others.`]},`
`,{tag:`h2`,attributes:{},children:[`Read the results`]},`
`,{tag:`p`,attributes:{},children:[`Opened, clicked, answered and bounced stand beside each send. Every number opens the people behind it.`]},`
`];export{t as content,e as pictures};