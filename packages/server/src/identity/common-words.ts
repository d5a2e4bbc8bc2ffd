/**
 * Words and rows of keys that people make passwords of, by what is publicly known of leaked ones; with
 * digits and signs around them they stand for many thousands. In lower case.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `
00000000 000000000 0000000000 0123456789 0987654321 11111111 111111111 1111111111 11112222
11223344 1122334455 12121212 123123123 123321123 12341234 12344321 123454321 12345678 123456789
1234567890 12345678910 123456789a 123456789q 12345678a 1234567a 123456a 123456abc 123456q
12345qwert 1234abcd 1234qwer 123abc 123qwe 123qweasd 147258369 147852369 159357 159753 19841984
1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 20002000 22222222 27182818 2pac 31415926 314159265
33333333 44444444 456789123 55555555 66666666 741852963 77777777 789456123 87654321 88888888
963852741 98765432 987654321 9876543210 99999999 a123456 a1234567 a12345678 a123456789 a1b2c3
a1b2c3d4 aa123456 abc abc123 abc12345 abcd abcd1234 abcde abcdef abcdefg abcdefgh abcdefghi
abigail abracadabra access accessdenied acdc achilles acmilan admin adminadmin administrator
adventure airforce ajax aladdin alejandro alessandra alessandro alexander alexandra alexis alibaba
allah always amanda america american andrea andrew android andromeda angel angeleyes angelica
angelina angels anthony antonio anything aphrodite apollo apple apples april aragorn argentina
army arsenal artemis asd123 asdasd asdf asdf1234 asdfasdf asdfgh asdfghjk asdfghjkl ashley
assassin asshole athena atlanta audi august austin australia austria autumn avenger avengers
azerty azertyuiop babies baby babyboy babygirl bacon badboy badgirl bailey bambi banana bandit
barbara barcelona bartsimpson baseball basketball batman bayern beach bear beatles beautiful beer
beijing believe bella benfica benjamin berlin besiktas bestfriend bestfriends beyonce bible bigboy
bigdaddy bigdog biggie birthday biscuit bitch biteme black blackberry blaster bleach blessed
blessing blink182 blowme blue blur bmwbmw bonjour boss boston boxing boyfriend bradley brandon
brasil brazil brittany broncos brother bubba bubbles buddha buddy budlight budweiser bugatti bulls
bullshit bunny burger business buster butter butterfly cadillac california callofduty camaro
cameron canada candy captain caramel carlos caroline casper catherine catwoman celtic celtics
champagne champion champions changeme changethis charizard charles charlie charlotte cheese
cheetah chelsea cherry chester chevrolet chevy chicago chicken child children chloe chocolate
chris christ christina christine christmas christopher church ciao cigarette cinderella cinnamon
citroen claudia cloud clouds cobra cocacola cock coco coffee coldplay college company computer
contrasena contraseña cookie cookie1 cookies cooper corona corvette cosmos counter counterstrike
courtney cowboy cowboys cowgirl crazy cricket crystal cubs cupcake customer cutie cycling daddy
daisy dallas dance dancer dancing daniel danielle darkness darthvader database david deathnote
debian deborah december default deftones demo demon denmark dennis denver desktop destiny
destroyer deutschland developer devil diablo diamond diamonds diana dick dickhead doctor dodge
dodgers doggie doggy dollar dolphin dominic donaldduck dontforget doom dorothy dortmund dracula
dragon dragon123 dragonball dragonballz dreamer dreaming dreams drummer drums dumbledore eagle
eagles earth easter eatme eduardo edward eeyore eleanor elizabeth emerald emily eminem engineer
england eric espana everton everything example explorer facebook faith falcon family familyguy
fantasy father february felix fenerbahce fernando ferrari feyenoord finland firefighter fireman
fisherman fishing florence florida flower flowers fluffy footbal football ford fordf150 forest
forever forgotten fortnite france francesca francesco francisco frank frankenstein freedom friday
friend friends frodo fruehling fucker fuckme fuckoff fuckyou funny gabriel gabriela galatasaray
galaxy gameboy gamecube gamer gaming gandalf garden garfield george gerald germany ghost giants
ginger giovanni girlfriend giuseppe gladiator gmail godbless godisgood goku golden goldfish golfer
golfing google gorgeous grace grandma grandpa green greenday gregory grizzly gryffindor guardian
guest guitar guitarist gummybear hacker hackers hacking hades hakunamatata halflife hallo
halloween halo handsome hannah happiness happy hardware harley harleydavidson harold harry
harrypotter haslo hasło hateme hateyou hawk heather heaven heineken hell hellfire hello hellohello
helloworld helpdesk helpme henry herbst hercules hermione hero heroes hobbit hockey hogwarts hola
holiday holland homersimpson honda honey hongkong hope horse hotmail hottie houston hugme hulk
hungary hunter hunting husband icecream ihateyou ilovegod ilovejesus iloveme iloveu iloveyou
imagine india information insane instagram intel intermilan internet iphone ireland ironmaiden
ironman isaac isabella island italia italy jackass jackson jacob jaguar james january jasmine
jasper jedi jediknight jellybean jennifer jeremy jessica jesus jesuschrist joanna johnny johnson
joker jonathan jordan joseph joshua journey july june jupiter justice justin juventus karate karen
katherine kawasaki kevin keyboard killer killme kimberly king kingdom kissme kitten kitty knight
korn krishna kristen lakers lamborghini laptop larry laugh laura lauren lawyer leagueoflegends
ledzeppelin legend legendary legends legolas lemon leonard leonardo leopard letmein letmein1
letmeinnow liberty lightning lily linda lindsay linkedin linkinpark linux lion littleman liverpool
lkjhgfdsa login logon london lordjesus lordoftherings losangeles louise loveit lovely loveme lover
lovers loveyou lozinka lucas lucifer lucky lucky13 lucky7 lucy luigi lukeskywalker macbook madison
madonna madrid maggie magic magical manager manchester mango manunited manutd march marcus
margaret maria marina marine marines mario marlboro marriage married mars martin martina marvin
maserati master matrix matthew maurice maverick max maxmax maxwell may mazda megadeth melanie
melbourne melissa mercedes mercury mercy metallica mexico miami michael michaeljackson michelle
mickey mickeymouse microsoft midnight milano military million millionaire minecraft mnbvcxz
mohamed mohammed molly mommy monday money monica monitor monkey monkey123 montreal moonlight
morpheus moscow motdepasse mother motherfucker motorola mountain muffin muhammad mummy music
musica musical mustafa mustang mylove mypass mypassword myspace mysql mystery nancy napoli naruto
natalie natasha nathan navy nemo neo neptune network never nevermore newcastle newpassword newyear
newyork newyorkcity nicholas nicole nightmare ninja nintendo nirvana nissan nobody nokia
nopassword norway nothing november number nurse oasis ocean october odysseus office oldpassword
oliver olivia onepiece opensesame operator oracle orange orchid oreo orion oscar overwatch packers
pacman pakistan palermo pancake panda pantera panther paradise paris parola pass passcode passpass
passphrase passw0rd password password1 password123 password1234 passwordpassword passwort patricia
patrick patriot patriots pauline peace peach peaches peanut peanutbutter pearl penguin penis
pentium pepper pepsi peter peterpan peugeot phantom phillip phoenix piano piglet pikachu pineapple
pinkfloyd pirate pirates pizza planet platinum playboy player playstation playstation2
playstation3 pluto pocahontas poiuytrewq pokemon poland police policeman polska pony pooh popcorn
porn porsche porto portugal poseidon praise prayer predator pretty prince princesa princess
princess1 princess2 prinzessin private program programmer pumpkin puppy purple pussy python
q1w2e3r4 q1w2e3r4t5 qazwsx qazwsxedc quake queen qwaszx qwe123 qweasd qweasdzxc qweqwe qwer
qwer1234 qwerqwer qwert qwerty qwerty12 qwertyu qwertyui qwertyuiop qwertz qwertzuiop rabbit racer
rachel racing radiohead raiders rain rainbow ranger rangers rapunzel raven realmadrid rebecca
redsox remember renault ricardo richard rihanna river robert roberto roblox rockandroll rocket
rockets rocknroll rockstar rocky rollingstones roma romania rome root rootroot rose roses rosie
ruby rugby runner running russia rusty ryan sadie sailormoon salasana samantha sammy sample samson
samsung samuel samurai sandra sanfrancisco sapphire sasuke satan saturday saturn sausage school
scooby scoobydoo scorpion scotland seattle sebastian secret secure security senha september server
service services sesame sexy sexybitch sexygirl shadow shadow1 shanghai shark shithead signin
silver silverado simba simpsons singapore singer singing single sister skateboard skater skating
sky skywalker slipknot slytherin smile smiley smokey snake sniper snoopdogg snoopy snow snowboard
snowflake snowman soccer softball software soldier somebody someone something sommer sonic sophie
southpark spain sparky spartan spider spiderman spirit spongebob sporting spring starcraft
starlight startrek starwars steelers stephanie storm stormtrooper strawberry student students
subaru success suckme sugar summer sunday sunflower sunrise sunset sunshine sunshine1 supergirl
superhero superman superuser supervisor support surfer surfing suzuki sweden sweetheart sweetie
sweetpea sweety swimmer swimming switzerland sydney sysadmin system teacher technology teddy
teddybear telegram tennis tequila terminator test test1234 tester testing testtest testuser tetris
texas thepassword theresa thomas thor thunder thursday tiffany tiger tigger tinkerbell toby today
together tokyo tomorrow toor topsecret toronto tottenham touchme toyota traveler trinity truelove
trustme trustno trustno1 tuesday tulip tupac turkey turkiye turtle tweety twitter ubuntu ukraine
unicorn universe university unix unknown uranus usa1776 user username vagina valentina vampire
vancouver vanessa vanilla vegeta venus veronica victoria victory viking vincent violet violin
viper vodka voldemort volleyball volvo voyager wachtwoord wanderer warcraft warrior warriors wasd
wedding wednesday welcome welcome1 welcometo werewolf westham whale whatever whatsapp whiskey
white wife william windows wine winner winnie winniethepooh winter witch wizard wolf wolverine
wolves wonderwoman work worker working worldofwarcraft wrestling xbox xbox360 yahoo yamaha yankees
yellow yesterday yoda yourpassword youtube zaq12wsx zaq1xsw2 zelda zeus zoey zombie zxc123 zxcvbn
zxcvbnm zxcvzxcv zxczxc
`
    .trim()
    .split(/\s+/),
)
