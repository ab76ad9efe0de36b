var e=[`/crm/assets/forecast-zm8wV0Hq.webp`],t=[{tag:`h1`,attributes:{},children:[`Hold a forecast meeting`]},`
`,{tag:`p`,attributes:{},children:[`Open `,{tag:`strong`,attributes:{},children:[`Forecast`]},`. Choose the month.`]},`
`,{tag:`p`,attributes:{},children:[{tag:`img`,attributes:{src:`0`,alt:`The forecast of a month`},children:[]}]},`
`,{tag:`ul`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Gap to target`]},`: what is missing to the target after what is won. `,{tag:`strong`,attributes:{},children:[`Gap with commit`]},`: what is missing if the commit comes in.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Categories`]},`: pipeline, best case, commit and won.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Since last week`]},`: what moved, slipped, was won or lost.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Team`]},`: what each person submitted beside what their deals add up to.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[`Move a deal to another category in its row. Submit your own number at the end of the meeting.`]},`
`];export{t as content,e as pictures};