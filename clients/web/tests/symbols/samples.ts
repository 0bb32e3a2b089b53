/** A file in each language, and its symbols as the lab tells them. */
export const samples: Readonly<Record<string, readonly [text: string, symbols: readonly string[]]>> = {
  "a.ts": [
    `export abstract class Ship<T> extends Boat {
  #depth = 1;
  readonly sail = () => 1;
  constructor(private readonly name: string) { super(); }
  static async moor() { function inner() {} const local = 2; }
  abstract sink(): void;
  get ["speed"]() { return 1; }
}
interface Crew { names: string[]; board(): void }
enum Wind { North, South = 2 }
type Port = { key: string };
namespace Sea.Bed { export const deep = 1; }
const harbour = { open() {}, close: () => 1, ships: 2 };
module.exports.zap = function () {};
export function over(a: string): void;
export function over(a: unknown) {}`,
    [
      "1:23 class Ship",
      "2:3 property Ship.#depth",
      "3:12 method Ship.sail",
      "4:3 method Ship.constructor",
      "5:16 method Ship.moor",
      "5:34 function moor.inner",
      "6:12 method Ship.sink",
      '7:7 method Ship.["speed"]',
      "9:11 interface Crew",
      "9:18 property Crew.names",
      "9:35 method Crew.board",
      "10:6 enum Wind",
      "10:13 member Wind.North",
      "10:20 member Wind.South",
      "11:6 type Port",
      "12:11 module Sea.Bed",
      "12:34 variable Sea.Bed.deep",
      "13:7 variable harbour",
      "13:19 method harbour.open",
      "13:30 method harbour.close",
      "14:16 method module.exports.zap",
      "15:17 function over",
      "16:17 function over",
    ],
  ],
  "a.tsx": [
    "export function Row({ at }: Props) { return <li onClick={() => <b>{at}</b>}>a</li>; }\nconst Two = () => <i />;",
    ["1:17 function Row", "2:7 function Two"],
  ],
  "a.mjs": [
    `export default class Ship { #x = 1; sail = () => 1; *crew() {} 'a b'() {} }
function* gen() { const inner = () => <b />; let local = 1; }
var old = 1; export const made = function () {};
Ship.prototype.sink = function () {};`,
    [
      "1:22 class Ship",
      "1:29 property Ship.#x",
      "1:37 method Ship.sail",
      "1:54 method Ship.crew",
      "1:64 method Ship.'a b'",
      "2:11 function gen",
      "2:25 function gen.inner",
      "3:5 variable old",
      "3:27 function made",
      "4:16 method Ship.prototype.sink",
    ],
  ],
  "a.py": [
    `@tagged
class Ship(Boat):
    """A ship."""
    speed: int = 1
    @property
    def name(self): return 1
    async def sail(self):
        def inner(): pass
        local = 1
    class Deck:
        def scrub(self): pass
PORT = 1
if PORT:
    def late(): pass
type Wind = int`,
    [
      "2:7 class Ship",
      "4:5 property Ship.speed",
      "6:9 method Ship.name",
      "7:15 method Ship.sail",
      "8:13 function sail.inner",
      "10:11 class Ship.Deck",
      "11:13 method Deck.scrub",
      "12:1 variable PORT",
      "14:9 function late",
      "15:6 type Wind",
    ],
  ],
  "a.c": [
    `#define MOST 3
#define TWICE(x) ((x) * 2)
typedef struct { int x; } point;
struct ship { char *name; struct { int inner; } deck; };
enum wind { NORTH, SOUTH = 2 };
static int count = 0;
int proto(int a);
char **names(void) { int local; return 0; }
typedef int (*callback)(int);`,
    [
      "1:9 macro MOST",
      "2:9 macro TWICE",
      "3:27 type point",
      "3:22 property point.x",
      "4:8 struct ship",
      "4:21 property ship.name",
      "4:49 property ship.deck",
      "4:40 property deck.inner",
      "5:6 enum wind",
      "5:13 member wind.NORTH",
      "5:20 member wind.SOUTH",
      "6:12 variable count",
      "7:5 function proto",
      "8:8 function names",
      "9:15 type callback",
    ],
  ],
  "a.cpp": [
    `#ifndef SHIP_H
#define SHIP_H
namespace sea { class Ship : public Boat { public: explicit Ship(int x); ~Ship(); virtual void sail() const = 0; int &depth(); Ship &operator=(const Ship &); int *crew, count = 1; enum class Wind { North }; }; }
void sea::Ship::sail() const {}
Ship::~Ship() {}
template <class T> T *Box<T>::get() { return 0; }
template <class T> concept Floats = true;
using Port = int;
union Either { int a; };
extern "C" { void plain(void); }
int main() { Ship local(1); return 0; }
int most = 1;
#endif`,
    [
      "3:11 module sea",
      "3:23 class sea.Ship",
      "3:61 method Ship.Ship",
      "3:74 method Ship.~Ship",
      "3:96 method Ship.sail",
      "3:119 method Ship.depth",
      "3:134 method Ship.operator=",
      "3:164 property Ship.crew",
      "3:170 property Ship.count",
      "3:192 enum Ship.Wind",
      "3:199 member Wind.North",
      "4:17 method Ship.sail",
      "5:7 method Ship.~Ship",
      "6:31 method Box.get",
      "7:28 type Floats",
      "8:7 type Port",
      "9:7 struct Either",
      "9:20 property Either.a",
      "10:19 function plain",
      "11:5 function main",
      "12:5 variable most",
    ],
  ],
  "a.go": [
    `package sea
type Ship struct { Name, Port string; *Boat }
type Sailor interface { Sail() error }
type Wind func(int) int
const ( North = iota; South )
var a, b = 1, 2
func (s *Ship) Sail() error { const local = 1; return nil }
func (b Box[T]) Get() {}
func main() { inner := func() {} }`,
    [
      "2:6 struct Ship",
      "2:20 property Ship.Name",
      "2:26 property Ship.Port",
      "3:6 interface Sailor",
      "3:25 method Sailor.Sail",
      "4:6 type Wind",
      "5:9 constant North",
      "5:23 constant South",
      "6:5 variable a",
      "6:8 variable b",
      "7:16 method Ship.Sail",
      "8:17 method Box.Get",
      "9:6 function main",
    ],
  ],
  "a.rs": [
    `pub struct Ship<T> { name: T }
enum Wind { North, South(i32) }
trait Sail { fn sail(&self); const MOST: i32; }
impl<T> Ship<T> { pub fn new() -> Self { fn inner() {} } }
impl Sail for Boat { fn sail(&self) {} }
mod sea { pub fn deep() {} }
macro_rules! all { () => {} }
static COUNT: i32 = 2;
type Port = i32;
async fn r#try() {}`,
    [
      "1:12 struct Ship",
      "1:22 property Ship.name",
      "2:6 enum Wind",
      "2:13 member Wind.North",
      "2:20 member Wind.South",
      "3:7 interface Sail",
      "3:17 method Sail.sail",
      "3:36 constant Sail.MOST",
      "4:26 method Ship.new",
      "4:45 function new.inner",
      "5:25 method Boat.sail",
      "6:5 module sea",
      "6:18 function sea.deep",
      "7:14 macro all",
      "8:8 variable COUNT",
      "9:6 type Port",
      "10:10 function r#try",
    ],
  ],
  "A.java": [
    `package sea;
public class Ship<T> extends Boat { private int x = 1, y; Ship() {} <R> R sail(int a) { class Local {} return null; } class Deck { void scrub() {} } }
enum Wind { NORTH, SOUTH { void blow() {} }; }
interface Sail { int MOST = 1; void hoist(); }
record Port(int a) { Port { } }
@interface Tag { String value(); }`,
    [
      "2:14 class Ship",
      "2:49 property Ship.x",
      "2:56 property Ship.y",
      "2:59 method Ship.Ship",
      "2:75 method Ship.sail",
      "2:95 class sail.Local",
      "2:125 class Ship.Deck",
      "2:137 method Deck.scrub",
      "3:6 enum Wind",
      "3:13 member Wind.NORTH",
      "3:20 member Wind.SOUTH",
      "3:33 method SOUTH.blow",
      "4:11 interface Sail",
      "4:22 constant Sail.MOST",
      "4:37 method Sail.hoist",
      "5:8 class Port",
      "5:22 method Port.Port",
      "6:12 interface Tag",
      "6:25 method Tag.value",
    ],
  ],
  "a.cs": [
    `namespace Sea.Bed;
public partial class Ship<T> : Boat where T : new() { private int x, y; public const int Most = 1; public int Depth { get; set; } public Ship() {} async Task Sail() { int Local() => 1; } event Action Sunk; }
interface ISail { void Hoist(); }
record Port(int A);
struct Point { public int X; }
enum Wind { North, South = 2 }
delegate void Blow(int x);
namespace Other { class Inner { class Deeper { void Go() {} } } }`,
    [
      "1:11 module Sea.Bed",
      "2:22 class Ship",
      "2:67 property Ship.x",
      "2:70 property Ship.y",
      "2:90 constant Ship.Most",
      "2:111 property Ship.Depth",
      "2:138 method Ship.Ship",
      "2:159 method Ship.Sail",
      "2:172 function Sail.Local",
      "2:201 property Ship.Sunk",
      "3:11 interface ISail",
      "3:24 method ISail.Hoist",
      "4:8 class Port",
      "5:8 struct Point",
      "5:27 property Point.X",
      "6:6 enum Wind",
      "6:13 member Wind.North",
      "6:20 member Wind.South",
      "7:15 type Blow",
      "8:11 module Other",
      "8:25 class Other.Inner",
      "8:39 class Inner.Deeper",
      "8:53 method Deeper.Go",
    ],
  ],
};
