/** uPlot, loaded only once the language is one that it can load with (see locale.ts). Import it from here alone. */
import './locale';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export default uPlot;
