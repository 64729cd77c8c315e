"""Words of telephone conversations that are no names, English and Spanish, folded."""

_ORDINARY_WORDS = """
a able about absolutely accept accepted actually address adjust after afternoon again agent ago alive all allergic
almost alone along already alright also always am american an and another any anybody anymore anyone anything anyway
appointment appointments april are area around as ask asked asking assistant at august available away baby back bad be
because become been before behind being believe below best better between big billing birth birthday bit bleeding
blind blinded blurry book booked booking boss both break bring broke broken brother but buy by bye call called caller
calling calls came can can't cancel cannot card care case change changed check checking checkup child children clear
clinic close closed code come comes coming company concerned confirm confused contact contacts correct cost could
couldn't couple cousin covered crazy current currently customer dad date daughter day days dear december definitely
depends diabetic did didn't different dilated do doc doctor doctor's does doesn't doing don't done double down dr
driver drops dry due during each earlier early easy eight either eleven else email emergency english enough er
especially established evening ever every everybody everyone everything exactly exam existing extremely eye eyes fall
family far father february feel feeling few fifteen fifty fill finally find fine first five florida follow following
for forget forgot forty four frames friday friend from front full gave get gets getting girl give gives glad glasses
go goes going gone gonna good goodbye got gotta great grandson granddaughter grandma grandmother grandfather guess guy
had half hang happy hard has hasn't have haven't having he he'd he'll he's health hear heard hello help her here
here's herself hey hi hispanic him himself hire his hold home hope hospital hour hours house how how's hurt hurts
husband i i'd i'll i'm i've id if important in information inside insurance insured interested into is isn't issue it
it'd it'll it's its itself january july june just keep kid kids kind knew know known lady large last late later least
leave left lens lenses let let's letter letters light like line listen little live lives located location long look
looking looks lose lost lot lots love low ma'am machine mail main make makes making mam man manager many march married
matter may maybe me mean means medicaid medical medicare medication member men message middle might mine minor minute
minutes miss missus mister mistake mom moment monday money month months more morning most mostly mother mother's mr
mrs ms much mum must my myself name named name's names near nearby necessary need needed needs neither nervous never
new next nice night nine no nobody none noon nope nor normal not nothing november now number numbers nurse october of
off office officer offices often oh ok okay old older on once one ones only open operator ophthalmologist optician
optometrist or order other others our ours out outside over own owner pain paid parent parents part party past patient
patient's patients pay paying people person pharmacy phone pick picked place plan plans please plus pm pair policy
possible practice pregnant prescription present pretty previous probably problem problems put question questions quick
quickly quite ran rather read ready real really reason recently record records red referred regarding regular reminder
rep repeat representative reschedule rest retired returning right rude run running sad safe said same saturday saw say
saying says schedule scheduled second secretary see seeing seen send sent september serious service seven several
shall she she'd she'll she's should sick side sign since single sir sister sit six small so social some somebody
somehow someone something sometimes somewhere son soon sore sorry sort sound sounds spanish speak speaker speaking
specialist spell spelled spelling spells spouse stand start started stay still stop straight student stuff such sudden
suddenly sunday supposed sure surgery surname sweet take taken takes taking talk talking tell ten terrible texas text
than thank thanks that that'd that'll that's the their them themselves then there there's these they they'd they'll
they're they've thing things think thirty this those though thought three thru thursday time times tired to today
today's together told tomorrow tonight too took totally toward tried triple trouble true try trying tuesday turn
twelve twenty twice two type uh uhm um uncle aunt under understand united until up upset urgent us use used usual
usually very via vision visit voice wait waiting walk wanna want wanted wants was wasn't way we we'd we'll we're we've
wear wearing wears wednesday week weekend weeks welcome well went were weren't what what's whatever when whenever
where where's whether which while who who's whole whom whose why wife will wish with within without woman won't
wondering word words work works worried worse would wouldn't write written wrong yeah yep yes yesterday yet you you'd
you'll you're you've young younger your yours yourself zero agosto ahora al algo alguien alguna alguno alli amiga
amigo ano anos antes apellido aqui asi asegurado ayer ayuda bien buena buenas bueno buenos cada casa cita citas claro
como con confirmar consulta correcto correo cosa cual cuando cuanto cuenta da de del dentro desde despues dia
diabetica diabetico dias diciembre digo direccion disculpe doctora dolor domicilio domingo donde dos dra el ella ellos
emergencia en enero entonces era es esa ese eso espanol esposa esposo esta estaba estamos estan estas este esto estoy
examen favor febrero fecha gafas gracias gusta gusto ha habla hablando hablar hable hace hacer hago hasta hay hermana
hermano hija hijo hijos hola hora hoy junio julio la lado las le lentes letra les listo llama llamada llamado llamando
llamar llame llamo lo los lunes madre mal mama manana martes marzo mas mayo medica medico mejor menos mes mi miercoles
mis mismo momento mucho muy muchas nada ni ninguna ninguno nombre nos nosotros noviembre nuestra nuestro nueva nuevo
numero numeros nunca o octubre oficina ojo ojos otra otro paciente padre papa para parte pero pienso por porque primer
primera primero problema proximo puede puedo pues que quien quiere quiero quisiera recibir receta sabado se sea seguro
segundo senor senora senorita septiembre ser si siempre sin sobre solo somos soy sra sr su sus tal tambien tan tarde
tardes telefono tengo ti tiempo tiene toda todo todos tres tu tuve un una uno usted ustedes va vamos vengo ver verdad
vez viernes vista visto vivo voy y ya yo necesito necesita necesitaba ava crm faq hmo ppo ssn dob zip dmv pcp ent icu
mri prk rgp iol otc usa
"""
ORDINARY = frozenset(_ORDINARY_WORDS.split())

# Ordinary words, and names of people all the same: names when they stand first behind "my name is", or beside a name.
_ALSO_NAME_WORDS = """
april august day december dear early english friday guy hope house january july june love march may mercedes miss
monday money november october price rich september small still summer sunday sweet way west will wish woods work worth
young
"""
ALSO_NAMES = frozenset(_ALSO_NAME_WORDS.split())

if __name__ == "__main__":
    print(len(ORDINARY), sorted(ALSO_NAMES - ORDINARY))
