var e=[],t=[{tag:`h1`,attributes:{},children:[`Bring in your records`]},`
`,{tag:`p`,attributes:{},children:[`You can import CSV and Excel files of leads, customers, contacts, products and other records.`]},`
`,{tag:`h2`,attributes:{},children:[`Import a file`]},`
`,{tag:`ol`,attributes:{},children:[`
`,{tag:`li`,attributes:{},children:[`Open the list of the records, then `,{tag:`strong`,attributes:{},children:[`Import`]},` in its menu.`]},`
`,{tag:`li`,attributes:{},children:[`Drop the file. A workbook with several sheets asks which one you want.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Columns`]},`: check which field each column fills. The first rows of the file stand beside it.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Values`]},`: say what unknown values mean, such as a status that you name differently.`]},`
`,{tag:`li`,attributes:{},children:[{tag:`strong`,attributes:{},children:[`Check`]},`: see what would happen. Nothing is stored yet.`]},`
`,{tag:`li`,attributes:{},children:[`Start the import.`]},`
`]},`
`,{tag:`p`,attributes:{},children:[`For a column without a field, choose `,{tag:`strong`,attributes:{},children:[`Add a new field…`]},` in its list. The header and the values suggest its name and type. The field stays if you
take the import back. You need the right to change fields: see `,{tag:`a`,attributes:{href:`/crm/guide/settings`},children:[`Fit the console to your work`]},`.`]},`
`,{tag:`h2`,attributes:{},children:[`Correct refused rows`]},`
`,{tag:`p`,attributes:{},children:[`The page of the import shows refused rows in a grid. The cell at fault has its reason. Paste from a spreadsheet, then import these rows again.`]},`
`,{tag:`h2`,attributes:{},children:[`Take it back`]},`
`,{tag:`p`,attributes:{},children:[`Press `,{tag:`strong`,attributes:{},children:[`Undo`]},` on the page of the import. It removes what the import made, and keeps records that were changed since.`]},`
`];export{t as content,e as pictures};