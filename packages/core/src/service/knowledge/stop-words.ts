import { fold } from "../../kernel/text.ts";

/**
 * Words that occur in nearly every text, so they do not help to find one. They cover those supported languages that separate words with spaces.
 */
const stopWordText = `
a about after all also an and any are as at be because been before but by can could did do does for from get had has have he her here him his how i if
in into is it its just like me more my no not now of on one only or other our out over please she should so some than thank thanks that the their them
then there these they this those to up us use was we were what when where which who why will with would you your hello hi dear regards
aber alle als also am an auch auf aus bei bin bis bitte da damit danke dann das dass dem den der des dich die dies diese dieser doch du durch ein eine
einem einen einer er es etwas fur gegen hallo hat hatte ich ihr ihre im in ist ja kann kein keine mein meine mich mir mit nach nein nicht noch nur oder
ohne schon sehr sein seine sich sie sind so uber um und uns unser unter vom von vor war was wenn wer wie wir wird wo zu zum zur
ai au aux avec avez bonjour ca ce ces cette comme dans de des donc du elle en est et etre eux il ils je la le les leur lui ma mais me merci mes moi mon
ne nos notre nous on ou par pas plus pour que qui sa sans se ses si son sont sur ta te tes toi ton tu un une vos votre vous
al como con cual cuando de del desde donde el ella ellos en entre era es esta este estos gracias ha han hasta hay hola la las lo los mas me mi mis muy no
nos o para pero por porque que quien se ser si sin sobre son soy su sus tambien te tiene todo tu un una y ya yo
ad agli ai al alla alle allo anche avere buongiorno che chi ci ciao come con cosa cui da dai dal dalla dalle dei del della delle di dove e ed essere gli
grazie ha hanno ho i il in io la le lei lo loro ma mi mia mio nei nel nella noi non o per perche piu puo quale quando quella quello questa questo se si sono
su sua sul sulla suo ti tra tu un una uno vi voi
في من على الى إلى عن مع هذا هذه ذلك التي الذي أن ان لا ما هل كيف كان هو هي أو او ثم قد كل لم لن
`;

const stopWords = new Set(stopWordText.trim().split(/\s+/).map(fold));

/** Returns whether a folded word is a stop word. */
export const isStopWord = (word: string): boolean => stopWords.has(word);
