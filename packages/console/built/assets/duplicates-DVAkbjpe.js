var e=[],t=[{tag:`h1`,attributes:{},children:[`Merge duplicates`]},`
`,{tag:`p`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Duplicates`]},` lists pairs that may be one person, with the reasons.`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Compare both sides. Choose the value of each field that differs.`]},`
`,{tag:`li`,attributes:{},children:[`Press Enter to merge, or `,{tag:`strong`,attributes:{},children:[`Not a duplicate`]},`.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[`The merged record keeps its links: it leads to the one that stays. `,{tag:`strong`,attributes:{},children:[`Undo`]},` separates both again.`]},`
`];export{t as content,e as pictures};